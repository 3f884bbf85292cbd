// Without this script every block of code can still be opened by itself.
(() => {
  const button = document.getElementById("code-button");
  const blocks = [...document.querySelectorAll("details.code")];
  const allOpen = () => blocks.every((block) => block.open);
  const say = () => {
    button.textContent = allOpen() ? "Hide all code" : "Show all code";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = !allOpen();
    for (const block of blocks) block.open = open;
    say();
  });
  for (const block of blocks) block.addEventListener("toggle", say);
  // On a small screen the contents would push the page down.
  const contents = document.querySelector("nav.contents details");
  if (contents && matchMedia("(max-width: 70rem)").matches) contents.open = false;
})();
