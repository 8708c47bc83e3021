// The queries that were run in this browser, by lab.
import { count, say } from "./words.js";

const MOST = 50;
const dialog = document.getElementById("history");

/**
 * @param {string} lab the store's id
 * @param {(sql: string) => void} choose
 */
export function openHistory(lab, choose) {
  const key = `lab-history-${lab}`;
  const held = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? [];
    } catch {
      return [];
    }
  };

  document.getElementById("history-open").addEventListener("click", () => {
    const entries = held();
    document.getElementById("history-none").hidden = entries.length > 0;
    document.getElementById("history-list").replaceChildren(
      ...entries.map(({ sql, at, told }) => {
        const item = document.createElement("li");
        const button = Object.assign(document.createElement("button"), { type: "button" });
        const about = Object.assign(document.createElement("span"), { className: "quiet small" });
        about.textContent = `${new Date(at).toLocaleTimeString(document.documentElement.lang)}  ·  ${told}`;
        button.append(Object.assign(document.createElement("code"), { textContent: sql }), about);
        button.addEventListener("click", () => {
          dialog.close();
          choose(sql);
        });
        item.append(button);
        return item;
      }),
    );
    dialog.showModal();
  });

  return {
    /** Put a query on top, with what came of it. */
    add(sql, told) {
      const entries = [{ sql, at: Date.now(), told }, ...held().filter((entry) => entry.sql !== sql)];
      localStorage.setItem(key, JSON.stringify(entries.slice(0, MOST)));
    },
  };
}

/** How many rows, in words. */
export const rowsIn = (rows, seconds) => say(rows === 1 ? "row" : "rows", { rows: count(rows), seconds });
