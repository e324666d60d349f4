package import Correctness

/// One history as it lies in a run's folder.
package struct RecordedHistory: Sendable {
    package let name: String
    /// What its clients did and where, in a line.
    package let words: String
    package let entries: [HistoryEntry]
    /// Its clients told all; else an operation that was under way at the cut may be missing.
    package let isWhole: Bool

    package init(name: String, words: String, entries: [HistoryEntry], isWhole: Bool) {
        self.name = name
        self.words = words
        self.entries = entries
        self.isWhole = isWhole
    }
}
