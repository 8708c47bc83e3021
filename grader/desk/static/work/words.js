// The words of the editor and the results, in the page's language.
const words = JSON.parse(document.getElementById("ask-words").textContent);

/** The words of that name, with their blanks filled in. */
export const say = (name, filled = {}) => words[name].replace(/\{(\w+)\}/g, (_, blank) => filled[blank]);

/** A whole number as people of the page's language write it. */
export const count = (number) => number.toLocaleString(document.documentElement.lang);
