/// The live page's script: fetches what stands in `main` each second, keeps what was folded open, and says when nothing
/// answers. The text that it puts in is the server's own, escaped as the whole page is; the page's policy lets no other
/// script run.
package enum LiveScript {
    package static let text = """
        "use strict";
        const main = document.querySelector("main");
        const silence = document.getElementById("silence");
        let last = Date.now();
        async function look() {
          try {
            const answer = await fetch("fragment", { cache: "no-store", signal: AbortSignal.timeout(5000) });
            if (!answer.ok) throw new Error("status " + answer.status);
            const text = await answer.text();
            const open = [...main.querySelectorAll("details[open]")].map(d => d.closest("[id]").id);
            const scrolled = [...main.querySelectorAll(".scroll")].map(box => box.scrollLeft);
            main.innerHTML = text;
            if (main.querySelector("[data-judged]")) { location.reload(); return; }
            for (const id of open) {
              const details = document.getElementById(id)?.querySelector("details");
              if (details) details.open = true;
            }
            main.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
            last = Date.now();
            silence.hidden = true;
          } catch {
            const seconds = Math.round((Date.now() - last) / 1000);
            silence.textContent = "Nothing was heard of the run for " + seconds
              + " s. It may have ended; its folder then has the report.";
            silence.hidden = seconds < 4;
          }
          setTimeout(look, 1000);
        }
        setTimeout(look, 1000);

        """
}
