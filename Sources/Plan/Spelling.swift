/// Finds the word that was meant.
enum Spelling {
    /// The candidate fewest edits away, when that is few enough for the length of the word; case does not count.
    static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let written = Array(word.lowercased().unicodeScalars.prefix(41))
        guard !written.isEmpty, written.count <= 40 else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            // "SIGKILL" for "KILL": the word with something in front.
            if candidate.utf8.count >= 3, word.hasSuffix(candidate) { return candidate }
            let meant = Array(candidate.lowercased().unicodeScalars.prefix(64))
            guard abs(meant.count - written.count) <= 3 else { continue }
            let distance = distance(written, meant)
            guard distance <= max(1, max(written.count, meant.count) / 3) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var older: [Int] = []
        var previous = Array(0...right.count)
        for (row, scalar) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (scalar == other ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
                    least = min(least, older[column - 1] + 1)
                }
                current.append(least)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
