// Loads the board, and offers to try again where a part of it did not arrive.
import("./main.js").catch(error => {
  console.error(error);
  const text = document.createElement("p");
  text.className = "boot";
  text.textContent = "The app didn’t load completely. ";
  const again = document.createElement("button");
  again.className = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => location.reload());
  text.append(again);
  document.getElementById("board").replaceChildren(text);
});
