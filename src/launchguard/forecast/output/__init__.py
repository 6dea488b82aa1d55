"""The forecast for people and for programs: text, chart, SVG, JSON, CSV."""
