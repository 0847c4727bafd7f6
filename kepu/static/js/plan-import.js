// The preview of a plan import: structure and source point at each other. Every link works without this, by its anchor.
const workspace = () => document.getElementById("workspace");
const isNarrow = window.matchMedia("(max-width: 59.99rem)");
const calm = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

let tab = "";
let place = "";
let scrolled = 0;

const openTab = (name) => {
  tab = name;
  workspace().dataset.tab = name;
  for (const link of workspace().querySelectorAll("[data-tab-link]")) {
    if (link.dataset.tabLink === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const unmark = () => {
  for (const marked of workspace().querySelectorAll(".is-current")) marked.classList.remove("is-current");
};

// Scroll a piece into the middle of the source pane, or of the window where the pane does not scroll by itself.
const showSource = (start, end) => {
  unmark();
  const pieces = [...workspace().querySelectorAll(".piece")].filter((piece) => {
    const at = Number(piece.id.slice(3));
    return at >= start && at < Math.max(end, start + 1);
  });
  if (isNarrow.matches) openTab("source");
  for (const piece of pieces) piece.classList.add("is-current");
  const first = pieces[0];
  if (!first) return;
  const fold = first.closest("details");
  if (fold) fold.open = true;
  const pane = first.closest("[data-source-pane]");
  if (pane.scrollHeight > pane.clientHeight && !isNarrow.matches) {
    pane.scrollTo({ top: first.offsetTop - pane.clientHeight / 3, behavior: calm() });
  } else {
    first.scrollIntoView({ block: "center", behavior: calm() });
  }
};

const showItem = (key) => {
  const item = document.getElementById(key);
  if (!item) return;
  unmark();
  const panel = item.closest("[data-tab-panel]");
  if (isNarrow.matches && panel) openTab(panel.dataset.tabPanel);
  item.scrollIntoView({ block: isNarrow.matches ? "start" : "nearest", behavior: calm() });
  item.querySelector(".item-title")?.classList.add("is-current");
  item.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const tabLink = event.target.closest("[data-tab-link]");
  if (tabLink && isNarrow.matches) {
    event.preventDefault();
    openTab(tabLink.dataset.tabLink);
    return;
  }
  const close = event.target.closest("[data-close-panel]");
  const panel = close?.closest(".item-panel");
  if (panel) {
    event.preventDefault();
    panel.replaceChildren();
    return;
  }
  const edit = event.target.closest(".edit-link");
  const edited = edit?.closest("[id]").querySelector(".item-title[data-source]");
  if (edited && !isNarrow.matches) showSource(...edited.dataset.source.split("-").map(Number));
  const toSource = event.target.closest("[data-source]");
  if (toSource) {
    event.preventDefault();
    showSource(...toSource.dataset.source.split("-").map(Number));
    return;
  }
  const piece = event.target.closest(".piece[data-item]");
  if (piece) {
    event.preventDefault();
    showItem(piece.dataset.item);
    return;
  }
  const anchor = event.target.closest('#workspace a[href^="#"]');
  if (anchor && document.getElementById(anchor.hash.slice(1))) {
    event.preventDefault();
    showItem(anchor.hash.slice(1));
  }
});

// A renewed preview keeps the tab and the place that the reader had.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "workspace" || event.detail.xhr.getResponseHeader("HX-Retarget")) {
    scrolled = workspace().querySelector("[data-source-pane]").scrollTop;
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!workspace() || event.detail.target.closest?.(".item-panel")) {
    event.detail.target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    return;
  }
  begin();
  workspace().querySelector("[data-source-pane]").scrollTop = scrolled;
});
document.addEventListener("kepu:show", (event) => {
  place = event.detail.value ?? "";
  if (place && place !== "workspace" && place !== "warnings") showItem(place);
});

const begin = () => {
  workspace().classList.add("has-tabs");
  openTab(tab || workspace().dataset.tab);
};

begin();
if (location.hash) showItem(location.hash.slice(1));
