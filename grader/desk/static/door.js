// Hands in the token that stands behind the # of the link, and takes it out of the address.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  const title = document.getElementById("door-title");
  const need = title.textContent;
  title.textContent = title.dataset.opening;
  history.replaceState(null, "", "/");
  const answer = await fetch("/visit", { method: "POST", body: JSON.stringify({ token }) }).catch(() => null);
  if (answer?.ok) {
    location.replace((await answer.json()).to);
  } else {
    title.textContent = need;
    document.getElementById("door-refused").hidden = false;
  }
}
