// Reading line of the charts and enlarging of pictures. The report is complete without it.
(function () {
  "use strict";
  var box = document.getElementById("reading");

  function pointsOf(path) {
    return path.dataset.points.split(";").map(function (p) { return p.split(","); });
  }

  function nearest(points, x) {
    var best = points[0];
    points.forEach(function (p) {
      if (Math.abs(p[0] - x) < Math.abs(best[0] - x)) { best = p; }
    });
    return best;
  }

  document.querySelectorAll("svg.chart").forEach(function (svg) {
    var lines = Array.from(svg.querySelectorAll("path.line")).map(function (path) {
      return { label: path.dataset.label, colour: path.getAttribute("stroke"), points: pointsOf(path) };
    });
    if (!lines.length) { return; }
    var ruler = document.createElementNS(svg.namespaceURI, "line");
    ruler.setAttribute("y1", 34);
    ruler.setAttribute("y2", 230);
    ruler.setAttribute("stroke", "currentColor");
    ruler.setAttribute("stroke-opacity", "0");
    svg.appendChild(ruler);

    svg.addEventListener("pointermove", function (event) {
      var x = event.offsetX / svg.clientWidth * svg.viewBox.baseVal.width;
      var first = nearest(lines[0].points, x);
      ruler.setAttribute("x1", first[0]);
      ruler.setAttribute("x2", first[0]);
      ruler.setAttribute("stroke-opacity", ".4");
      box.replaceChildren(document.createTextNode(first[2]));
      lines.forEach(function (line) {
        var row = document.createElement("div");
        var mark = document.createElement("i");
        mark.style.background = line.colour;
        row.append(mark, line.label + "  " + nearest(line.points, x)[3]);
        box.append(row);
      });
      box.hidden = false;
      box.style.left = Math.min(event.clientX + 16, innerWidth - box.offsetWidth - 8) + "px";
      box.style.top = event.clientY + 14 + "px";
    });
    svg.addEventListener("pointerleave", function () {
      box.hidden = true;
      ruler.setAttribute("stroke-opacity", "0");
    });
  });

  var zoom = document.getElementById("zoom");
  document.querySelectorAll(".panel img").forEach(function (image) {
    image.addEventListener("click", function () {
      zoom.querySelector("img").src = image.src;
      zoom.querySelector("p").textContent = image.alt;
      zoom.showModal();
    });
  });
  zoom.addEventListener("click", function () { zoom.close(); });
})();
