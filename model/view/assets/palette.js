// Colours and number formats shared by the map and the charts. One accent a good, a shade of the family of goods that
// are made alike, from a palette that stays apart for colour-blind readers (after Okabe and Ito 2008); firms wear what they make.
const INK = {
  light: { sea: "#f4f3ef", land: "#e3e0d8", border: "#f4f3ef", known: "#d9d5ca", ink: "#22262b", soft: "#6a7079",
           faint: "#d5d2ca", panel: "#ffffff", halo: "rgba(244,243,239,.92)", risk: "196,84,22", stop: "#b3261e", ease: "#2f8262", gate: "#22262b" },
  dark:  { sea: "#11151a", land: "#222931", border: "#11151a", known: "#2b343e", ink: "#e8eaed", soft: "#9aa3ad",
           faint: "#2c343d", panel: "#181d23", halo: "rgba(17,21,26,.9)", risk: "240,122,66", stop: "#ff7a6b", ease: "#5cc49a", gate: "#f3f4f6" },
};
const GOODS = {
  ore: [["#a86f14", "#e0a54a"], ["#7d5a1e", "#b98f4d"], ["#c99a2e", "#f0c878"]],
  separated: [["#2391cc", "#63bdee"], ["#0f5fa8", "#3f8fe6"], ["#5b4fc4", "#a397f7"], ["#1b7f8c", "#4fc0cc"], ["#6c8fb3", "#a9c3de"]],
  metal: [["#ad4688", "#dd8ec3"], ["#7d3f98", "#c08ad6"], ["#c77aa8", "#efb3d6"]],
  product: [["#e8925f", "#f6b590"], ["#cf4d17", "#f0763a"], ["#86270a", "#d2431a"], ["#b8860b", "#e6bd4a"], ["#a3524a", "#d99a92"]],
  part: [["#a08c70", "#c9b79c"], ["#6f5d45", "#a38d70"], ["#43362a", "#7d6a55"]],
  scrap: [["#2f8262", "#5cc49a"], ["#6f8f2a", "#aecb66"], ["#1f6b3a", "#4fae74"]],
};
const SERIES = [["#0f5fa8", "#63bdee"], ["#cf4d17", "#f0763a"], ["#2f8262", "#5cc49a"], ["#ad4688", "#dd8ec3"],
  ["#a86f14", "#e0a54a"], ["#5b4fc4", "#a397f7"], ["#22262b", "#e8eaed"], ["#7c8a99", "#8b98a6"]];

// "metal:1", "series:3", "ink" or "soft" to a colour of the theme
function colour(key, dark) {
  const side = dark ? 1 : 0, [family, name] = String(key).split(":");
  if (GOODS[family]) return GOODS[family][Number(name) % GOODS[family].length][side];
  if (family === "series") return SERIES[Number(name) % SERIES.length][side];
  return (dark ? INK.dark : INK.light)[family] || family;
}

// three significant figures, thousands apart; a dash for what is not known
function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return "<0.01";
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

function percent(value) { return Number.isFinite(value) ? figure(100 * value) + " %" : "–"; }

// a binary trait (or none yet) as 32-bit floats
function floats(view) {
  if (!view || !view.byteLength) return new Float32Array(0);
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function element(tag, className, parent, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

// widgets of one group on a page share camera, filters, selection and cursor through a window event
function share(group, what, from) { window.dispatchEvent(new CustomEvent("trade-share", { detail: { group, what, from } })); }
function shared(group, self, act) {
  const listen = (event) => { if (event.detail.group === group() && event.detail.from !== self) act(event.detail.what); };
  window.addEventListener("trade-share", listen);
  return () => window.removeEventListener("trade-share", listen);
}

// a canvas that keeps its drawing sharp on any screen; size in CSS pixels
function sharpen(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  canvas.width = Math.max(1, Math.round(width * ratio)); canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.width = width + "px"; canvas.style.height = height + "px";
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

// the page's theme, read from the page itself, so that pictures change in the same moment
const themeIsDark = () => Boolean(document.querySelector(".v-application.theme--dark, .v-theme--dark"));
function onTheme(act) {
  const observer = new MutationObserver(act), app = document.querySelector(".v-application");
  if (app) observer.observe(app, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}
