/// The script that looks at a page from inside: one line for each problem to the window around, and one with the number of
/// texts that it looked at.
enum BrowserMeasure {
    static func script(_ name: String) -> String {
        """
        addEventListener("load", () => {
          const say = text => parent.postMessage("\(name): " + text, "*");
          const root = document.documentElement;
          let count = 0;
          for (const plot of document.querySelectorAll("svg.plot")) {
            const texts = [...plot.querySelectorAll("text")].map(t => [t, t.getBoundingClientRect()])
              .filter(([t, r]) => r.width > 0);
            count += texts.length;
            const frame = plot.closest("figure").getBoundingClientRect();
            texts.forEach(([one, a], i) => {
              if (a.left < -0.5 || a.right > root.clientWidth + 0.5) say("PROBLEM outside: " + one.textContent);
              if (a.top < frame.top - 0.5 || a.bottom > frame.bottom + 0.5) say("PROBLEM cut: " + one.textContent);
              for (const [other, b] of texts.slice(i + 1)) {
                const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (wide > 1 && high > 1.5) say("PROBLEM overlap: " + one.textContent + " / " + other.textContent);
              }
            });
          }
          \(contrast)
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const owner = node.parentElement;
            if (!node.data.trim() || owner.closest("script,title,desc") || !owner.getClientRects().length) continue;
            const style = getComputedStyle(owner);
            const size = parseFloat(style.fontSize);
            if (size < 11) say("PROBLEM small: " + size + " " + node.data);
            // A marker's letter stands on its own disc.
            if (owner.closest(".letter")) continue;
            const found = contrast(numbers(owner.closest("svg") ? style.fill : style.color), ground(owner));
            if (found < 4.5) say("PROBLEM contrast: " + found.toFixed(2) + " " + node.data);
          }
          if (root.scrollWidth > root.clientWidth) say("PROBLEM sideways: " + root.scrollWidth);
          say("measured " + count + " texts");
        });
        """
    }

    /// WCAG 2.2, "contrast ratio", of a text's colour to the nearest ground that is painted behind it.
    private static let contrast = """
        const numbers = text => text.match(/[0-9.]+/g).map(Number);
        const bright = rgb => {
          const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const contrast = (one, other) => {
          const [low, high] = [bright(one), bright(other)].sort((a, b) => a - b);
          return (high + 0.05) / (low + 0.05);
        };
        const ground = element => {
          for (let at = element; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
          }
          return [255, 255, 255];
        };
        """
}
