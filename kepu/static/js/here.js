// Adds where the phone is to the form of who checks themselves in, if they allow it. Sent once, kept nowhere.
"use strict";
(() => {
  const form = document.querySelector("form[data-here]");
  if (!form || !("geolocation" in navigator)) return;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(5);
    form.elements.longitude.value = coords.longitude.toFixed(5);
  }, () => {}, { maximumAge: 60000, timeout: 10000 });
})();
