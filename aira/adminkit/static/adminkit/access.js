// Add the accessible names that the widgets of unfold and Django lack for screen readers.
"use strict";
window.addEventListener("load", () => {
  const name = () => {
    for (const box of document.querySelectorAll(".select2-container")) {
      const select = box.previousElementSibling;
      const label = select?.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      const said = select?.getAttribute("aria-label") || label?.textContent.trim() || select?.name;
      if (!said) continue;
      for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox], [role=listbox]")) {
        if (part.getAttribute("aria-label") === said) continue;
        part.setAttribute("aria-label", said);
        // aria-labelledby refers to the part itself, which is empty until something is chosen.
        if (part.getAttribute("role") === "combobox") part.removeAttribute("aria-labelledby");
      }
    }
    // The icons of the calendar stand in buttons that have a name.
    for (const icon of document.querySelectorAll(".fc-icon[role=img]")) {
      icon.removeAttribute("role");
      icon.setAttribute("aria-hidden", "true");
    }
    for (const help of document.querySelectorAll(".help-tooltip[aria-label]")) help.setAttribute("role", "img");
  };
  name();
  // Also name widgets that are added later, for example with a new row.
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  // A toast can be closed. Without this script it stays until the next page.
  for (const close of document.querySelectorAll(".undo-close")) {
    close.hidden = false;
    close.addEventListener("click", () => close.parentElement.remove());
  }
});

// unfold hides the page until its scripts run. A hidden element gets no focus by `autofocus`.
window.addEventListener("load", () => {
  const wanted = document.querySelector("#columns-form [autofocus]");
  if (wanted && document.activeElement === document.body) wanted.focus();
});
