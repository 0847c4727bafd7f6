// What a phone at the door keeps: scans until the server has answered, and the list of the session for when it cannot be asked.
"use strict";
(() => {
  const KEEP_AFTER_CLOSING = 24 * 3600;
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const random = (bytes) => [...crypto.getRandomValues(new Uint8Array(bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");

  const openDatabase = (name) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("scans", { keyPath: "key" });
      request.result.createObjectStore("roster", { keyPath: "id" }).createIndex("digest", "digest");
      request.result.createObjectStore("notes");
    };
    return asked(request);
  };

  const openQueue = async (session) => {
    const database = await openDatabase(`kepu-door-${session}`);
    const store = (name, mode = "readonly") => database.transaction(name, mode).objectStore(name);
    const note = (name) => asked(store("notes").get(name));
    const writeNote = (name, value) => asked(store("notes", "readwrite").put(value, name));

    // The number of this phone for this session: its keys begin with it, and the server counts by it.
    let device = await note("device");
    if (!device) {
      device = random(8);
      await writeNote("device", device);
    }

    const add = async (scan) => {
      const kept = { key: `${device}.${random(10)}`, at: Date.now() / 1000, state: "waiting", ...scan };
      await asked(store("scans", "readwrite").put(kept));
      return kept;
    };
    const all = () => asked(store("scans").getAll());
    const waiting = async (most) => (await all()).filter((one) => one.state === "waiting").sort((a, b) => a.at - b.at).slice(0, most);
    const settle = async (receipts, isFine) => {
      const scans = store("scans", "readwrite");
      for (const receipt of receipts) {
        const scan = await asked(scans.get(receipt.key));
        if (scan) await asked(scans.put({ ...scan, ...receipt, state: isFine(receipt.answer) ? "done" : "refused" }));
      }
    };
    const dismiss = async (key) => {
      const scans = store("scans", "readwrite");
      await asked(scans.put({ ...(await asked(scans.get(key))), state: "seen" }));
    };

    const replaceRoster = async (people, session) => {
      const roster = store("roster", "readwrite");
      await asked(roster.clear());
      for (const person of people) roster.put(person);
      await writeNote("session", session);
    };
    const personOf = (digest) => asked(store("roster").index("digest").get(digest));
    const person = (id) => asked(store("roster").get(id));
    const markIn = async (id) => {
      const roster = store("roster", "readwrite");
      const found = await asked(roster.get(id));
      if (found) await asked(roster.put({ ...found, is_in: true }));
    };
    const find = async (text) => {
      const wanted = text.trim().toLowerCase();
      if (!wanted) return [];
      const people = await asked(store("roster").getAll());
      return people.filter((one) => one.name.toLowerCase().includes(wanted) || one.initials.startsWith(wanted)).slice(0, 20);
    };

    // A day after the door closed nothing of anybody stays on the phone, unless it still waits to be sent.
    const forgetIfOver = async () => {
      const known = await note("session");
      const isOver = known && Date.now() / 1000 > known.closes_at + KEEP_AFTER_CLOSING;
      if (isOver) await asked(store("roster", "readwrite").clear());
      if (isOver && !(await waiting(1)).length) await asked(store("scans", "readwrite").clear());
    };

    return { device, add, all, waiting, settle, dismiss, replaceRoster, personOf, person, markIn, find, forgetIfOver, session: () => note("session") };
  };

  globalThis.kepuQueue = { open: openQueue };
})();
