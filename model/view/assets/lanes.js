// Trade lanes: curves between countries, as wide as the tonnes they carry, with particles that run along them and heaps that wait at the border.
const SAMPLES = 28, PACE = 34, LEAST_QUEUE = 2; // points a curve; pixels a second; tonnes from which a queue is drawn

// tonnes a month to pixels: logarithmic, since concentrate moves by the thousand tonnes and terbium by the kilogram
const laneWidth = (tonnes) => (tonnes > 0 ? 0.7 + 1.25 * Math.log10(1 + tonnes) : 0);

// points along a bent line from a to b; traffic keeps left, so the two directions do not cover each other
function bend(a, b, rank) {
  const dx = b[0] - a[0], dy = b[1] - a[1], length = Math.hypot(dx, dy) || 1, lift = Math.min(0.2 * length, 110) + 4 * rank;
  const cx = (a[0] + b[0]) / 2 + (dy / length) * lift, cy = (a[1] + b[1]) / 2 - (dx / length) * lift;
  const points = new Float32Array(2 * SAMPLES);
  for (let i = 0; i < SAMPLES; i++) {
    const t = i / (SAMPLES - 1), u = 1 - t;
    points[2 * i] = u * u * a[0] + 2 * u * t * cx + t * t * b[0];
    points[2 * i + 1] = u * u * a[1] + 2 * u * t * cy + t * t * b[1];
  }
  return { points, length: 1.08 * length };
}

function along(lane, share) {
  const at = Math.max(0, Math.min(0.9999, share)) * (SAMPLES - 1), i = Math.floor(at), f = at - i, p = lane.points;
  return [p[2 * i] + f * (p[2 * i + 2] - p[2 * i]), p[2 * i + 1] + f * (p[2 * i + 3] - p[2 * i + 1])];
}

function traceLane(pen, lane) {
  pen.moveTo(lane.points[0], lane.points[1]);
  for (let i = 1; i < SAMPLES; i++) pen.lineTo(lane.points[2 * i], lane.points[2 * i + 1]);
}

function drawLanes(pen, lanes, dark, fade) {
  pen.lineCap = "round";
  for (const lane of lanes) {
    pen.globalAlpha = (dark ? 0.34 : 0.3) * (lane.lit ? 1.7 : fade);
    pen.strokeStyle = colour(lane.good, dark);
    pen.lineWidth = laneWidth(lane.flow);
    pen.beginPath(); traceLane(pen, lane); pen.stroke();
  }
  pen.globalAlpha = 1;
}

// goods that wait for a licence: a gate across the lane at the exporter's border, and a heap of dots behind it, more of them for more tonnes
function drawQueues(pen, lanes, dark) {
  const ink = dark ? INK.dark : INK.light;
  for (const lane of lanes) {
    if (!(lane.queue >= LEAST_QUEUE)) continue;
    const share = Math.min(0.42, lane.border / lane.length), [x, y] = along(lane, share), [nx, ny] = along(lane, share + 0.03);
    const heap = Math.min(12, Math.ceil(2.6 * Math.log10(lane.queue)));
    pen.save(); pen.translate(x, y); pen.rotate(Math.atan2(ny - y, nx - x));
    pen.fillStyle = colour(lane.good, dark); pen.strokeStyle = ink.sea; pen.lineWidth = 0.7;
    for (let i = 0; i < heap; i++) { pen.beginPath(); pen.arc(-3.4 - 3.5 * Math.floor(i / 2), 3.4 * (i % 2 - 0.5), 1.9, 0, 7); pen.fill(); pen.stroke(); }
    pen.fillStyle = ink.gate; pen.fillRect(-0.8, -4.5, 1.6, 9);
    pen.restore();
  }
}

// particles: evenly spaced, denser where more flows; `clock` in seconds
function drawParticles(pen, lanes, clock, dark, fade) {
  for (const lane of lanes) {
    const width = laneWidth(lane.flow), count = Math.max(1, Math.min(16, Math.round(lane.length * width / 150)));
    const shift = (clock * PACE / lane.length + lane.phase) % 1;
    pen.globalAlpha = lane.lit ? 1 : 0.9 * fade;
    pen.fillStyle = colour(lane.good, dark);
    pen.beginPath();
    for (let i = 0; i < count; i++) {
      const [x, y] = along(lane, (shift + i / count) % 1), r = 0.9 + 0.32 * width;
      pen.moveTo(x + r, y); pen.arc(x, y, r, 0, 6.2832);
    }
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function nearestLane(lanes, x, y, reach) {
  let best = null, least = reach * reach;
  for (const lane of lanes) {
    for (let i = 1; i < SAMPLES - 1; i++) {
      const dx = lane.points[2 * i] - x, dy = lane.points[2 * i + 1] - y, d = dx * dx + dy * dy;
      if (d < least) { least = d; best = lane; }
    }
  }
  return best;
}
