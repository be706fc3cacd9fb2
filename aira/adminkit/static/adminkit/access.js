// Names that unfold's and Django's widgets lack for those who listen to a page.
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
        // It names the part by itself, which is empty until something is chosen.
        if (part.getAttribute("role") === "combobox") part.removeAttribute("aria-labelledby");
      }
    }
    for (const help of document.querySelectorAll(".help-tooltip[aria-label]")) help.setAttribute("role", "img");
  };
  name();
  // Widgets that come later, such as a row that is added.
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
});
