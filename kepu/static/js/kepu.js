// Everything here is an addition: each page works without it.
"use strict";
(() => {
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("[data-menu]"));
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const reader = event.target.closest("[data-read-aloud]");
    if (reader) toggleReading(reader);
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("[data-menu][open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // Reading aloud, in sentences: some engines fall silent in the middle of a long text.
  const canRead = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
  const words = () => {
    const copy = document.getElementById("main").cloneNode(true);
    for (const part of copy.querySelectorAll("svg, script, pre, dialog, details:not([open]) > :not(summary), .visually-hidden")) part.remove();
    for (const block of copy.querySelectorAll("p, li, h1, h2, h3, h4, td, th, dt, dd, label, div")) block.append("\n");
    return copy.textContent.split(/[\n。！？；]+/).map((line) => line.trim()).filter(Boolean);
  };
  const showReading = (button, isReading) => {
    const label = button.querySelector("[data-start]");
    label.textContent = isReading ? label.dataset.stop : label.dataset.start;
    button.setAttribute("aria-pressed", String(isReading));
  };
  const toggleReading = (button) => {
    const wasReading = button.getAttribute("aria-pressed") === "true";
    window.speechSynthesis.cancel();
    showReading(button, !wasReading);
    if (wasReading) return;
    const spoken = words().map((line) => new SpeechSynthesisUtterance(line));
    for (const utterance of spoken) {
      utterance.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
      utterance.rate = 0.9;
      window.speechSynthesis.speak(utterance);
    }
    if (spoken.length) spoken.at(-1).onend = () => showReading(button, false);
  };
  if (canRead) {
    for (const button of document.querySelectorAll("[data-read-aloud]")) button.hidden = false;
    window.addEventListener("pagehide", () => window.speechSynthesis.cancel());
  }

  // The names of the chosen files, because a browser shows only how many there are.
  document.addEventListener("change", (event) => {
    if (event.target.type !== "file" || !event.target.multiple) return;
    event.target.parentElement.querySelector(".file-input-list")?.remove();
    const list = document.createElement("ul");
    list.className = "file-input-list";
    for (const file of event.target.files) list.append(Object.assign(document.createElement("li"), { textContent: file.name }));
    event.target.after(list);
  });

  // The chart library is fetched only by pages that show a chart, and once.
  const loaded = new Map();
  const load = (address) => {
    if (!loaded.has(address)) {
      loaded.set(address, new Promise((resolve, reject) => {
        const script = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
        document.head.append(script);
      }));
    }
    return loaded.get(address);
  };
  const drawCharts = async (root) => {
    for (const canvas of root.querySelectorAll("[data-chart]:not([data-drawn])")) {
      canvas.dataset.drawn = "";
      await load(canvas.dataset.library);
      await load(canvas.dataset.script);
      window.kepuDrawChart(canvas);
    }
  };
  drawCharts(document);
  document.addEventListener("htmx:load", (event) => drawCharts(event.detail.elt));

  // A request in the background that fails must not fail in silence.
  const reportFailure = () => {
    const template = document.getElementById("request-failed");
    if (!template || document.querySelector(".request-failed")) return;
    document.querySelector("#main > .wrap").prepend(template.content.cloneNode(true));
    window.scrollTo({ top: 0 });
  };
  document.addEventListener("htmx:responseError", reportFailure);
  document.addEventListener("htmx:sendError", reportFailure);
})();
