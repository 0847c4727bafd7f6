"""How a plan is built: markers, headings, the outline, actions and their measures."""
