// The phone at the door: camera, queue, receipts. Without this script the page is two forms that do the same, one by one.
"use strict";
(async () => {
  const root = document.querySelector("[data-scanner]");
  if (!root || !("indexedDB" in window) || !window.isSecureContext) return;
  const { session, batch, roster: rosterUrl, find: findUrl, page, worker, library, walkIn, admit } = root.dataset;
  const words = JSON.parse(root.dataset.words);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const isFine = (answer) => answer === "accepted" || answer === "already_in";
  const SAME_CODE_REST = 4000;
  const PATIENCE = 4000;
  const queue = await kepuQueue.open(session);
  await queue.forgetIfOver();

  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
  const clone = (name) => root.querySelector(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);

  // --- what is shown -------------------------------------------------------------------------------------------
  const showAnswer = ({ answer, name, words: said, time }, isOffline) => {
    const box = part("answer");
    box.hidden = false;
    box.dataset.tone = answer === "accepted" ? "good" : answer === "already_in" ? "info" : "bad";
    box.querySelector("[data-part=name]").textContent = name || "";
    box.querySelector("[data-part=words]").textContent = [said || words[answer], time].filter(Boolean).join(" ");
    box.querySelector("[data-part=offline]").hidden = !isOffline;
  };

  const showReceipt = async (received) => {
    const scans = await queue.all();
    const waits = scans.filter((one) => one.state === "waiting").length;
    const line = part("receipt");
    line.hidden = scans.length === 0;
    const known = received ?? Number(line.dataset.received || scans.length - waits);
    line.dataset.received = known;
    line.textContent = fill(line.dataset.words, { sent: scans.length, received: known });
    part("waiting").hidden = waits === 0;
    part("waiting").textContent = fill(part("waiting").dataset.words, { count: waits });
    showRefused(scans.filter((one) => one.state === "refused"));
  };

  const showRefused = (scans) => {
    const list = part("refused");
    part("conflicts").hidden = scans.length === 0;
    list.replaceChildren(...scans.map((scan) => {
      const row = clone("refused");
      row.querySelector("[data-part=who]").textContent = scan.name || words.unnamed;
      row.querySelector("[data-part=why]").textContent = scan.words || words[scan.answer];
      const link = row.querySelector("[data-part=admit]");
      link.hidden = !scan.person || !admit;
      if (scan.person && admit) link.href = admit.replace("/0/", `/${scan.person}/`);
      row.querySelector("[data-part=walk-in]").href = walkIn;
      row.querySelector("[data-part=seen]").addEventListener("click", async () => {
        await queue.dismiss(scan.key);
        await showReceipt();
      });
      return row;
    }));
  };

  const showState = (name) => {
    for (const one of root.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== name;
  };

  // --- the server ----------------------------------------------------------------------------------------------
  const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || root.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = async (address, options = {}) => {
    const answer = await fetch(address, { ...options, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.type === "opaqueredirect") throw new Error("logged-out");
    if (!answer.ok) throw new Error(answer.status === 403 ? "stale" : `status-${answer.status}`);
    return answer.json();
  };

  let sending = null;
  const send = () => {
    sending ||= sendWaiting().finally(() => { sending = null; });
    return sending;
  };
  // Sent again until an answer is heard; the keys see to it that nothing counts twice.
  const sendWaiting = async () => {
    for (let scans = await queue.waiting(50); scans.length; scans = await queue.waiting(50)) {
      const body = JSON.stringify({
        device: queue.device,
        scans: scans.map(({ key, code, person, at }) => (person ? { key, person, at } : { key, code, at })),
      });
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
      const answer = await asked(batch, { method: "POST", headers, body });
      await queue.settle(answer.receipts, isFine);
      for (const receipt of answer.receipts) if (receipt.person && isFine(receipt.answer)) await queue.markIn(receipt.person);
      part("present").textContent = answer.present;
      await showReceipt(answer.received);
    }
    showState("online");
  };
  const sendQuietly = async () => {
    try {
      await send();
      return true;
    } catch (error) {
      showState(error.message === "logged-out" || error.message === "stale" ? "logged-out" : "offline");
      return false;
    }
  };

  const fetchRoster = async () => {
    const people = [];
    let known = null;
    for (let after = 0; after !== null;) {
      const answer = await asked(`${rosterUrl}?after=${after}`);
      people.push(...answer.people);
      known = answer.session;
      after = answer.next;
    }
    await queue.replaceRoster(people, known);
  };

  // --- a scan --------------------------------------------------------------------------------------------------
  const decideHere = async (scan) => {
    const known = await queue.session();
    const code = scan.code ? kepuDoor.normalised(scan.code) : "";
    const found = scan.person ? await queue.person(scan.person) : code ? await queue.personOf(await kepuDoor.digestOf(code)) : null;
    const answer = kepuDoor.decide(found ? { ...found, is_of_session: true } : null, known || { opens_at: 0, closes_at: Infinity }, scan.at);
    if (found && answer === "accepted") await queue.markIn(found.id);
    return { answer, name: found ? found.name : "" };
  };

  const take = async (seen) => {
    const scan = await queue.add(seen);
    await showReceipt();
    const isSent = await sendQuietly();
    const settled = isSent ? (await queue.all()).find((one) => one.key === scan.key) : null;
    if (settled && settled.state !== "waiting") showAnswer(settled, false);
    else showAnswer(await decideHere(scan), true);
  };

  let last = { text: "", at: 0 };
  const read = (text) => {
    if (text === last.text && Date.now() - last.at < SAME_CODE_REST) return;
    last = { text, at: Date.now() };
    if (navigator.vibrate) navigator.vibrate(60);
    take({ code: text.slice(0, 200) });
  };

  // --- the camera ----------------------------------------------------------------------------------------------
  let stop = null;
  const watchWithBrowser = async (video, detector) => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    const look = async () => {
      const found = await detector.detect(video).catch(() => []);
      if (found.length) read(found[0].rawValue);
    };
    const timer = setInterval(look, 150);
    return () => { clearInterval(timer); for (const track of stream.getTracks()) track.stop(); };
  };
  const watchWithLibrary = async (video) => {
    const { default: QrScanner } = await import(library);
    const scanner = new QrScanner(video, (found) => read(found.data), { returnDetailedScanResult: true, maxScansPerSecond: 8 });
    await scanner.start();
    return () => scanner.destroy();
  };
  const canDetect = async () => "BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");

  const button = part("camera");
  const video = part("video");
  const toggleCamera = async () => {
    if (stop) {
      stop();
      stop = null;
    } else {
      try {
        video.hidden = false;
        stop = (await canDetect()) ? await watchWithBrowser(video, new BarcodeDetector({ formats: ["qr_code"] })) : await watchWithLibrary(video);
      } catch {
        part("no-camera").hidden = false;
      }
    }
    video.hidden = !stop;
    button.setAttribute("aria-pressed", String(Boolean(stop)));
    button.querySelector("[data-start]").textContent = stop ? button.querySelector("[data-start]").dataset.stop : button.querySelector("[data-start]").dataset.start;
  };

  // --- names ---------------------------------------------------------------------------------------------------
  const found = async (text) => {
    try {
      return (await asked(`${findUrl}?q=${encodeURIComponent(text)}`)).people;
    } catch {
      return queue.find(text);
    }
  };
  const showFound = (people) => {
    part("nobody").hidden = people.length > 0;
    part("found").replaceChildren(...people.map((person) => {
      const row = clone("found");
      row.querySelector("[data-part=who]").textContent = [person.name, person.born].filter(Boolean).join(" ");
      row.querySelector("[data-part=in]").hidden = !person.is_in;
      const enter = row.querySelector("[data-part=enter]");
      enter.hidden = person.is_in;
      enter.addEventListener("click", async () => {
        enter.disabled = true;
        await take({ person: person.id });
        part("found").replaceChildren();
      });
      return row;
    }));
  };

  // --- begin ---------------------------------------------------------------------------------------------------
  root.querySelector("[data-form=code]").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.querySelector("[name=code]");
    if (field.value.trim()) take({ code: field.value.slice(0, 200) });
    field.value = "";
    field.focus();
  });
  root.querySelector("[data-form=find]").addEventListener("submit", async (event) => {
    event.preventDefault();
    showFound(await found(event.target.querySelector("[name=q]").value));
  });
  button.addEventListener("click", toggleCamera);
  button.hidden = !(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  part("no-camera").hidden = !button.hidden;
  window.addEventListener("online", sendQuietly);
  window.addEventListener("offline", () => showState("offline"));
  setInterval(async () => { if ((await queue.waiting(1)).length) sendQuietly(); }, 10000);

  if ("serviceWorker" in navigator) await navigator.serviceWorker.register(worker, { scope: page }).catch(() => null);
  await showReceipt();
  try {
    await fetchRoster();
    root.dataset.ready = "online";
  } catch {
    showState("offline");
    root.dataset.ready = "offline";
  }
  await sendQuietly();
})();
