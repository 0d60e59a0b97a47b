// The chart widget: small multiples over the same months, one canvas a panel, a strip of policy events above, one cursor for all.
// A panel: {title, unit, percent, log, floor, closed (from here on there is no market), series: [{label, colour, row, low, high, dash, width}], marks: [{label, colour, shape, points: [[from, to, value, note]]}]}
const EDGE = { left: 40, right: 12, top: 10, bottom: 18 };
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

class Sheet {
  constructor(model) { this.model = model; this.cursor = null; this.read(); }
  read() {
    this.panels = JSON.parse(this.model.get("panels")); this.length = this.model.get("length"); this.total = this.model.get("total"); this.start = this.model.get("start");
    const [year, month] = this.model.get("origin").split("-"); this.origin = 12 * Number(year) + Number(month) - 1; // months since year 0
    this.events = JSON.parse(this.model.get("events")); this.dark = themeIsDark(); this.values = floats(this.model.get("values"));
  }
  get ink() { return this.dark ? INK.dark : INK.light; }
  group() { return this.model.get("group"); }
  at(row, month) { return month >= 0 && month < this.length ? this.values[row * this.length + month] : NaN; }
  words(month) { return MONTH_NAMES[(this.origin + month) % 12] + " " + Math.floor((this.origin + month) / 12); }
  // [month, year] of every January shown, or of one in so many years
  januaries(every) {
    const found = [];
    for (let month = this.start + (12 - (this.origin + this.start) % 12) % 12; month < this.end; month += 12 * every) found.push([month, (this.origin + month) / 12]);
    return found;
  }
  get end() { return Math.max(this.total, this.length); }
}

function shown(panel, value) {
  if (!Number.isFinite(value)) return "–";
  return value >= panel.closed ? "no market" : panel.percent ? percent(value) : figure(value);
}

// lowest and highest value drawn, with a little air
function extent(sheet, panel) {
  let low = panel.log ? Infinity : 0, high = panel.floor || 0;
  const take = (value) => { if (Number.isFinite(value) && (!panel.log || value > 0)) { low = Math.min(low, value); high = Math.max(high, value); } };
  for (const series of panel.series) for (let m = sheet.start; m < sheet.length; m++) for (const row of [series.row, series.low, series.high]) if (row !== undefined) take(sheet.at(row, m));
  for (const mark of panel.marks || []) for (const point of mark.points) take(point[2]);
  if (panel.log) { low = Math.min(low, panel.least || low); return [low / 1.15, Math.max(high, 2 * low) * 1.15]; }
  return [low < 0 ? 1.08 * low : low, high > low ? high + 0.08 * (high - low) : low + 1];
}

function ticks(low, high, log) {
  if (log) return [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4].filter((t) => t >= low && t <= high);
  const raw = (high - low) / 3, unit = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].find((s) => s * unit >= raw) * unit, found = [];
  for (let t = Math.ceil(low / step) * step; t <= high; t += step) found.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return found;
}

function short(panel, value) {
  if (panel.percent) return figure(100 * value) + "%";
  return Math.abs(value) >= 10000 ? figure(value / 1000) + "k" : figure(value);
}

function axes(sheet, panel, width, height) {
  const [low, high] = extent(sheet, panel), span = Math.max(1, sheet.end - 1 - sheet.start), bend = panel.log ? Math.log : (v) => v;
  const x = (month) => EDGE.left + (month - sheet.start) / span * (width - EDGE.left - EDGE.right);
  const y = (value) => height - EDGE.bottom - (bend(value) - bend(low)) / (bend(high) - bend(low)) * (height - EDGE.top - EDGE.bottom);
  return { x, y, low, high, month: (px) => Math.round(sheet.start + (px - EDGE.left) / (width - EDGE.left - EDGE.right) * span) };
}

function drawFrame(pen, sheet, panel, axis, width, height) {
  const ink = sheet.ink;
  pen.clearRect(0, 0, width, height);
  if (axis.high > panel.closed) drawClosed(pen, panel, axis, width, ink);
  pen.font = '10px Inter, "Segoe UI", system-ui, sans-serif'; pen.fillStyle = ink.soft; pen.lineWidth = 1; pen.strokeStyle = ink.faint; pen.textBaseline = "middle";
  for (const tick of ticks(axis.low, axis.high, panel.log)) {
    const y = Math.round(axis.y(tick)) + 0.5;
    pen.globalAlpha = tick === 0 ? 1 : 0.6; pen.beginPath(); pen.moveTo(EDGE.left, y); pen.lineTo(width - EDGE.right, y); pen.stroke(); pen.globalAlpha = 1;
    pen.textAlign = "right"; pen.fillText(short(panel, tick), EDGE.left - 5, y);
  }
  const years = (sheet.end - sheet.start) / 12, every = years > 8 ? 3 : years > 4 ? 2 : 1;
  for (const [month, year] of sheet.januaries(every)) {
    pen.textAlign = axis.x(month) < EDGE.left + 14 ? "left" : "center"; pen.fillText(year, axis.x(month), height - 7);
  }
}

// where an asked price is so far from China's that nothing is sold
function drawClosed(pen, panel, axis, width, ink) {
  const top = axis.y(axis.high), bottom = axis.y(panel.closed);
  pen.fillStyle = ink.faint; pen.globalAlpha = 0.5; pen.fillRect(EDGE.left, top, width - EDGE.left - EDGE.right, bottom - top); pen.globalAlpha = 1;
  pen.font = '10px Inter, "Segoe UI", system-ui, sans-serif'; pen.fillStyle = ink.soft; pen.textAlign = "left"; pen.textBaseline = "bottom";
  pen.fillText("no market", EDGE.left + 4, Math.min(bottom - 1, top + 13));
}

function drawSeries(pen, sheet, panel, axis) {
  const inside = (value) => Math.max(axis.low, Math.min(axis.high, value));
  for (const series of panel.series) {
    pen.strokeStyle = pen.fillStyle = colour(series.colour, sheet.dark);
    if (series.low !== undefined) {
      pen.globalAlpha = 0.16; pen.beginPath();
      for (let m = sheet.start; m < sheet.length; m++) if (Number.isFinite(sheet.at(series.high, m))) pen.lineTo(axis.x(m), axis.y(inside(sheet.at(series.high, m))));
      for (let m = sheet.length - 1; m >= sheet.start; m--) if (Number.isFinite(sheet.at(series.low, m))) pen.lineTo(axis.x(m), axis.y(inside(sheet.at(series.low, m))));
      pen.fill(); pen.globalAlpha = 1;
    }
    pen.lineWidth = series.width || 1.6; pen.setLineDash(series.dash || []); pen.lineJoin = "round"; pen.beginPath();
    let open = false;
    for (let m = sheet.start; m < sheet.length; m++) {
      const value = sheet.at(series.row, m);
      if (!Number.isFinite(value)) { open = false; continue; }
      open ? pen.lineTo(axis.x(m), axis.y(inside(value))) : pen.moveTo(axis.x(m), axis.y(inside(value))); open = true;
    }
    pen.stroke(); pen.setLineDash([]);
  }
}

// observations: a dot for a month, a bar across the months of a longer period
function drawMarks(pen, sheet, panel, axis) {
  for (const mark of panel.marks || []) {
    pen.strokeStyle = colour(mark.colour, sheet.dark); pen.fillStyle = sheet.ink.panel; pen.lineWidth = 1.6;
    for (const [from, to, value] of mark.points) {
      const x = axis.x((from + to) / 2), y = axis.y(value);
      if (to > from) { pen.beginPath(); pen.moveTo(axis.x(from - 0.4), y); pen.lineTo(axis.x(to + 0.4), y); pen.stroke(); }
      pen.beginPath();
      if (mark.shape === "square") pen.rect(x - 3, y - 3, 6, 6);
      else if (mark.shape === "diamond") { pen.moveTo(x, y - 4.2); pen.lineTo(x + 4.2, y); pen.lineTo(x, y + 4.2); pen.lineTo(x - 4.2, y); pen.closePath(); }
      else pen.arc(x, y, 3.2, 0, 7);
      pen.fill(); pen.stroke();
    }
  }
}

function drawCursor(pen, sheet, panel, axis, height) {
  const month = sheet.cursor === null ? sheet.length - 1 : sheet.cursor;
  if (month < sheet.start) return;
  pen.strokeStyle = sheet.ink.soft; pen.lineWidth = 1; pen.setLineDash(sheet.cursor === null ? [2, 3] : []);
  pen.beginPath(); pen.moveTo(axis.x(month), EDGE.top); pen.lineTo(axis.x(month), height - EDGE.bottom); pen.stroke(); pen.setLineDash([]);
  for (const series of panel.series) {
    const value = sheet.at(series.row, month);
    if (!Number.isFinite(value)) continue;
    pen.fillStyle = colour(series.colour, sheet.dark); pen.beginPath(); pen.arc(axis.x(month), axis.y(Math.max(axis.low, Math.min(axis.high, value))), 2.4, 0, 7); pen.fill();
  }
}

// names of series with their value at the cursor; the largest first, at most six
function fillKeys(sheet, panel, keys) {
  const month = sheet.cursor === null ? sheet.length - 1 : sheet.cursor, most = panel.keys || 6;
  const rows = panel.series.map((series) => ({ series, value: sheet.at(series.row, month) }));
  if (panel.ranked) rows.sort((a, b) => (b.value || 0) - (a.value || 0));
  keys.replaceChildren();
  for (const { series, value } of rows.slice(0, most)) {
    const key = element("span", "tn-serie", keys), line = element("i", series.dash ? "tn-dash" : "", key), band = series.low !== undefined ? ` (${shown(panel, sheet.at(series.low, month))} to ${shown(panel, sheet.at(series.high, month))})` : "";
    line.style.color = colour(series.colour, sheet.dark); element("span", "", key, series.label); element("b", "", key, shown(panel, value) + band);
  }
  for (const mark of panel.marks || []) {
    const near = mark.points.find(([from, to]) => month >= from && month <= to), key = element("span", "tn-serie", keys);
    element("i", "tn-dot tn-" + mark.shape, key).style.color = colour(mark.colour, sheet.dark); element("span", "", key, mark.label);
    if (near) { element("b", "", key, shown(panel, near[2])); element("span", "tn-note", key, near[3]); }
  }
}
