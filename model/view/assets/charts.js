// Puts a sheet of panels on the page and keeps it true: redraws on news, follows the pointer, the arrow keys and its siblings' cursor.
const STRIP = { height: 46, line: 24 };

// the months as a line, what was decided above it (a point down tightens, a point up eases; a row each), the years below
function drawEvents(strip, sheet) {
  const width = strip.words.clientWidth, pen = sharpen(strip.canvas, width, STRIP.height), ink = sheet.ink, { line } = STRIP;
  const axis = axes({ length: 0, end: sheet.end, start: sheet.start, at: () => NaN }, { series: [], marks: [] }, width, STRIP.height);
  pen.clearRect(0, 0, width, STRIP.height); pen.fillStyle = ink.faint; pen.fillRect(EDGE.left, line, width - EDGE.left - EDGE.right, 2);
  drawYears(pen, sheet, axis, width, line);
  pen.fillStyle = ink.ink; pen.fillRect(EDGE.left, line, Math.max(0, axis.x(sheet.length - 1) - EDGE.left), 2);
  for (const event of sheet.events) {
    if (event.month < sheet.start || event.month >= sheet.end) continue;
    const x = axis.x(event.month), [point, base] = event.weight > 0 ? [10, 2] : [12, 20];
    pen.fillStyle = event.weight > 0 ? ink.stop : ink.ease; pen.globalAlpha = event.month < sheet.length ? 1 : 0.45;
    pen.beginPath(); pen.moveTo(x, point); pen.lineTo(x - 4.5, base); pen.lineTo(x + 4.5, base); pen.closePath(); pen.fill();
  }
  pen.globalAlpha = 1;
  const month = sheet.cursor === null ? sheet.length - 1 : sheet.cursor;
  if (month >= sheet.start) { pen.fillStyle = ink.ink; pen.beginPath(); pen.arc(axis.x(month), line + 1, 4.5, 0, 7); pen.fill(); }
  return axis;
}

function drawYears(pen, sheet, axis, width, line) {
  const every = Math.ceil(38 * (sheet.end - sheet.start) / 12 / (width - EDGE.left - EDGE.right));
  pen.font = '10px Inter, "Segoe UI", system-ui, sans-serif'; pen.fillStyle = sheet.ink.soft; pen.textBaseline = "alphabetic";
  for (const [month, year] of sheet.januaries(1)) {
    pen.fillRect(axis.x(month), line + 2, 1, 4);
    if (Math.floor(month / 12) % every === 0) { pen.textAlign = axis.x(month) < EDGE.left + 14 ? "left" : "center"; pen.fillText(year, axis.x(month), line + 17); }
  }
}

// the month under the cursor and what was decided in it (or last before it)
function sayMonth(strip, sheet) {
  const month = sheet.cursor === null ? sheet.length - 1 : sheet.cursor;
  const now = sheet.events.filter((event) => event.month === month).map((event) => event.label);
  const last = sheet.events.filter((event) => event.month < month).slice(-1).map((event) => `Last decision, ${sheet.words(event.month)}: ${event.label}`);
  strip.words.replaceChildren();
  element("b", "", strip.words, month >= 0 ? sheet.words(month) : "Not started");
  element("span", now.length ? "tn-now" : "", strip.words, now.length ? now.join(" · ") : last[0] || "");
  const kinds = element("span", "tn-kinds", strip.words);
  for (const [sign, name, words] of [["▼", "tn-tight", "tightens"], ["▲", "tn-ease", "eases"]]) { element("i", name, kinds, sign); kinds.append(words); }
}

function panelBox(parent, panel) {
  const box = element("figure", "tn-panel", parent), head = element("figcaption", "", box);
  element("b", "", head, panel.title); element("span", "", head, panel.unit);
  const canvas = element("canvas", "", box), keys = element("div", "tn-series", box);
  canvas.tabIndex = 0; canvas.setAttribute("role", "img"); canvas.setAttribute("aria-label", `${panel.title}, ${panel.unit}. Left and right arrow keys move the cursor.`);
  return { box, canvas, keys, panel };
}

function paint(sheet, boxes, strip) {
  if (strip) { strip.axis = drawEvents(strip, sheet); sayMonth(strip, sheet); }
  for (const each of boxes) {
    const width = each.canvas.clientWidth, height = each.canvas.clientHeight;
    if (!width) continue;
    if (each.width !== width || each.height !== height) { each.pen = sharpen(each.canvas, width, height); each.canvas.style.width = each.canvas.style.height = ""; Object.assign(each, { width, height }); }
    each.axis = axes(sheet, each.panel, width, height);
    drawFrame(each.pen, sheet, each.panel, each.axis, width, height); drawSeries(each.pen, sheet, each.panel, each.axis);
    drawMarks(each.pen, sheet, each.panel, each.axis); drawCursor(each.pen, sheet, each.panel, each.axis, height);
    fillKeys(sheet, each.panel, each.keys);
  }
}

function follow(canvas, axisOf, sheet, move) {
  canvas.addEventListener("pointermove", (event) => move(axisOf().month(event.clientX - canvas.getBoundingClientRect().left)));
  canvas.addEventListener("pointerleave", () => move(null));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) { event.preventDefault(); move((sheet.cursor === null ? sheet.length - 1 : sheet.cursor) + step); }
    else if (event.key === "Escape") move(null);
  });
}

function render({ model, el }) {
  const root = element("div", "tn-charts", el), sheet = new Sheet(model);
  let boxes = [], strip = null, due = 0;
  const draw = () => { due = 0; paint(sheet, boxes, strip); }, redraw = () => { due ||= requestAnimationFrame(draw); };
  const move = (month, told) => {
    const next = month === null ? null : Math.max(sheet.start, Math.min(sheet.length - 1, month));
    if (next === sheet.cursor) return;
    sheet.cursor = next; redraw();
    if (!told) share(sheet.group(), { cursor: next }, root);
  };
  const build = () => {
    root.replaceChildren(); root.classList.toggle("tn-dark", sheet.dark);
    strip = model.get("timeline") ? element("div", "tn-strip", root) : null;
    if (strip) { strip.canvas = element("canvas", "", strip); strip.words = element("div", "tn-month", strip); follow(strip.canvas, () => strip.axis, sheet, move); }
    const grid = element("div", "tn-grid", root);
    boxes = sheet.panels.map((panel) => panelBox(grid, panel));
    for (const each of boxes) follow(each.canvas, () => each.axis, sheet, move);
    redraw();
  };
  const settled = shared(() => sheet.group(), root, (what) => { if (what.cursor !== undefined) move(what.cursor, true); });
  const news = () => { sheet.read(); for (let i = 0; i < boxes.length; i++) boxes[i].panel = sheet.panels[i] || boxes[i].panel; redraw(); };
  model.on("change:values change:length change:events change:total", news);
  model.on("change:panels change:timeline", () => { sheet.read(); build(); });
  const observer = new ResizeObserver(redraw);
  observer.observe(root); build();
  const themed = onTheme(() => { sheet.read(); build(); });
  return () => { observer.disconnect(); settled(); themed(); cancelAnimationFrame(due); };
}
export default { render };
