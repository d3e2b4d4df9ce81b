// Figures as plots: numbers and words stand in attributes of the page.
"use strict";

(function () {
  const data = document.getElementById("plot-data");
  if (!data || !window.echarts) return;
  const figures = JSON.parse(data.dataset.figures);
  const words = JSON.parse(data.dataset.words);
  const base = (series, unit) => ({
    animation: false,
    grid: { left: 48, right: 12, top: 32, bottom: 28 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    legend: { top: 0, type: "scroll", itemWidth: 14, itemHeight: 10 },
    xAxis: { type: "category", data: figures.days },
    yAxis: { type: "value", name: unit, minInterval: unit ? 0 : 1 },
    series: series,
  });
  const bar = (name, values, colour) => ({ name, type: "bar", stack: "all", data: values, itemStyle: { color: colour } });
  const line = (name, values) => ({ name, type: "line", data: values, showSymbol: false });
  const reasons = Object.entries(figures.refused).map(([reason, values]) => bar(words[reason] || reason, values));
  const drawn = {
    "plot-ended": base([bar(words.live, figures.live, "#2fb344"), ...reasons], ""),
    "plot-doubts": base([line(words.doubt_hours, figures.doubt_hours), line(words.doubts, figures.doubts)], ""),
    "plot-answers": base([line("p50", figures.p50), line("p95", figures.p95)], "ms"),
  };
  for (const [id, options] of Object.entries(drawn)) {
    const place = document.getElementById(id);
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(options);
    window.addEventListener("resize", () => chart.resize());
  }
})();
