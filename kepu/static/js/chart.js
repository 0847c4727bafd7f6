// Draws one chart from the JSON beside it, in the colours of the page's tokens, and again when those change.
"use strict";
window.kepuDrawChart = (canvas) => {
  const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const isRow = data.kind === "row";
  const isLine = data.kind === "line";
  const root = document.documentElement;
  const figures = new Intl.NumberFormat(root.lang);

  // A Chinese character is as wide as it is high, a Latin one about half of that.
  const widthOf = (words) => Math.max(...words.map((word) => [...word].reduce((sum, one) => sum + (one.charCodeAt(0) > 255 ? 1 : 0.6), 0)));
  const endRoom = isLine && data.series.length > 1 ? widthOf(data.series.map((one) => one.name)) + 1 : 1;

  const options = () => {
    const token = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
    const size = parseFloat(getComputedStyle(root).fontSize) * 0.875;
    const text = { color: token("ink-2"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: size };
    const colours = [1, 2, 3, 4, 5].map((n) => token(`data-${n}`));
    const categories = {
      type: "category", data: data.categories, inverse: isRow, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line-strong") } },
      axisLabel: { ...text, interval: isRow ? 0 : "auto", hideOverlap: true, width: isRow ? size * 7.5 : undefined, overflow: "break" },
    };
    // With one series every bar carries its own figure, so an axis of figures would say it twice.
    const isLabelled = !isLine && data.series.length === 1;
    const values = {
      type: "value", show: !isLabelled, axisLabel: { ...text, formatter: (value) => figures.format(value) },
      splitLine: { lineStyle: { color: token("line") } }, splitNumber: 4,
      max: data.target ? (extent) => (extent.max < data.target.value ? Math.ceil(data.target.value * 1.1) : null) : null,
    };
    const target = data.target && {
      silent: true, symbol: "none", lineStyle: { color: token("accent"), type: "dashed", width: 2 },
      label: { ...text, color: token("accent"), position: isRow ? "start" : "insideStartTop", formatter: `${data.target.label} ${figures.format(data.target.value)}` },
      data: [isRow ? { xAxis: data.target.value } : { yAxis: data.target.value }],
    };
    const name = (one) => (isLine && data.series.length > 1 ? { show: true, ...text, formatter: one.name, color: "inherit", distance: 8 } : undefined);
    return {
      animation: false, textStyle: text, color: colours,
      aria: { enabled: true, decal: { show: data.series.length > 1 && !isLine } },
      grid: { left: 4, right: size * (isRow ? 4 : endRoom), top: size * 2, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: isLine ? "line" : "shadow" }, valueFormatter: (value) => `${figures.format(value)} ${data.unit || ""}`, backgroundColor: token("surface"), borderColor: token("line-strong"), textStyle: { ...text, color: token("ink") } },
      legend: data.series.length > 1 && !isLine ? { top: 0, right: 0, textStyle: text, itemWidth: size * 1.6, icon: "rect" } : undefined,
      xAxis: isRow ? values : categories, yAxis: isRow ? categories : values,
      series: data.series.map((one, index) => ({
        type: isLine ? "line" : "bar", name: one.name, data: one.values, barMaxWidth: size * 2, symbolSize: 7, lineStyle: { width: 2.5, type: ["solid", "dashed", "dotted"][index % 3] },
        itemStyle: { borderRadius: isLine ? 0 : isRow ? [0, 4, 4, 0] : [4, 4, 0, 0] },
        label: { show: !isLine && data.series.length === 1, position: isRow ? "right" : "top", ...text, color: token("ink"), textBorderColor: token("surface"), textBorderWidth: 3, formatter: ({ value }) => figures.format(value) },
        endLabel: name(one), markLine: index === 0 ? target || undefined : undefined,
      })),
    };
  };

  canvas.hidden = false;
  canvas.closest("figure").querySelector("details").open = false;
  if (isRow) canvas.classList.add(data.categories.length > 10 ? "chart-canvas-tall" : "chart-canvas-rows");
  const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  const draw = () => chart.setOption(options(), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
};
