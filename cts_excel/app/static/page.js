// The language of the pages, and the sentence that tells that the server does not answer.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-language]");
  if (chosen) {
    document.cookie = `cts_excel_language=${chosen.dataset.language}; path=/; SameSite=Strict`;
  }
});

const popup = new MutationObserver(() => {
  const hidden = document.getElementById("popup")?.ariaHidden !== "false";
  const lost = document.getElementById("lost");
  if (lost) lost.hidden = hidden;
});
document.addEventListener("DOMContentLoaded", () => {
  const target = document.getElementById("popup");
  if (target) popup.observe(target, { attributes: true });
});

// Copy the text before a button, and say so on the button.
function copyText(button) {
  navigator.clipboard.writeText(button.previousElementSibling.textContent).then(() => {
    button.textContent = button.dataset.done;
  });
}
