// The rule of the door for a phone without a network. kepu/activities/door.py and codes.py hold the same rule for the
// server; kepu/activities/data/check_in_vectors.json is run against both.
"use strict";
(() => {
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const MISREAD = { O: "0", I: "1", L: "1" };

  const normalised = (written) => {
    const code = written.slice(0, 64).replace(/[\s\-·.]+/gu, "").toUpperCase().replace(/[OIL]/g, (one) => MISREAD[one]);
    return code.length === 16 && [...code].every((one) => ALPHABET.includes(one)) ? code : "";
  };

  const digestOf = async (code) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`kepu:participant:${code}`));
    return [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
  };

  // Moments are seconds since 1970. Who is in already hears that first.
  const decide = (entry, doorway, at) => {
    if (!entry) return "unknown_code";
    if (!entry.is_of_session) return "other_session";
    if (entry.is_in) return "already_in";
    if (doorway.is_cancelled) return "session_cancelled";
    if (doorway.is_closed) return "session_closed";
    if (entry.is_cancelled) return "cancelled";
    if (!entry.is_seated) return "not_seated";
    if (at < doorway.opens_at) return "too_early";
    return at > doorway.closes_at ? "too_late" : "accepted";
  };

  globalThis.kepuDoor = { normalised, digestOf, decide };
})();
