// Draws the plots of a channel's page from the data beside them; their words come from the server.
"use strict";

function scales(plot) {
  return plot.units.map((unit, n) => ({
    type: "value", name: unit, minInterval: n === 0 ? 1 : 0, max: unit === "%" ? 100 : null,
    splitLine: { show: n === 0, lineStyle: { color: "#e8edf0" } }, axisLabel: { color: "#5d6f7d" }, nameTextStyle: { color: "#5d6f7d" },
  }));
}

function series(each) {
  return {
    name: each.name, type: each.kind, data: each.values, yAxisIndex: each.axis, stack: each.stack ? "all" : null,
    itemStyle: { color: each.colour }, lineStyle: { width: 2 }, symbolSize: 5, barMaxWidth: 16, connectNulls: false,
  };
}

function draw(element) {
  const plot = JSON.parse(element.dataset.plot);
  const chart = echarts.init(element, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 48, right: plot.units.length > 1 ? 48 : 16, top: 56, bottom: 26 },
    legend: { type: "scroll", top: 0, left: 0, itemHeight: 9, itemWidth: 14 },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: plot.days, axisLabel: { color: "#5d6f7d" }, axisTick: { alignWithLabel: true } },
    yAxis: scales(plot),
    series: plot.series.map(series),
  });
  window.addEventListener("resize", () => chart.resize());
}

// A route's stops where they are, joined in their order: [n-th stop, shop, [longitude, latitude]].
function drawMap(element) {
  const stops = JSON.parse(element.dataset.map);
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const axis = { type: "value", scale: true, boundaryGap: ["6%", "6%"], axisLabel: { color: "#5d6f7d" }, splitLine: { lineStyle: { color: "#e8edf0" } } };
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 60, right: 24, top: 24, bottom: 28 },
    tooltip: { trigger: "item", renderMode: "richText", formatter: (item) => `${item.value[2]} ${item.value[3]}` },
    xAxis: axis,
    yAxis: axis,
    series: [{
      type: "line", data: stops.map(([n, shop, place]) => [place[0], place[1], n, shop]), symbol: "circle",
      symbolSize: 9, itemStyle: { color: "#2563a8" }, lineStyle: { color: "#9db8d3", width: 1.5 },
      label: { show: stops.length <= 60, position: "top", formatter: (item) => String(item.value[2]) },
    }],
  });
  window.addEventListener("resize", () => chart.resize());
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-plot]").forEach(draw);
  document.querySelectorAll("[data-map]").forEach(drawMap);
});
