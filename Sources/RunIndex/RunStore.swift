package import Verdict

/// Where the index of runs lives: what a file in Results/ does today, and a server's database may do for many machines.
/// It holds nothing that the folders do not say.
package protocol RunStore: Sendable {
    /// Of every run that it knows, which state of its folder it knows.
    func stamps() throws -> [String: String]
    /// All of it or nothing; others may write at the same time.
    func apply(_ change: RunChange) throws
    /// The latest first.
    func runs(_ filter: RunFilter) throws -> [RunSummary]
}

/// What a look at the folders found to be new, other or gone.
package struct RunChange: Sendable {
    package var known: [(summary: RunSummary, stamp: String)] = []
    /// Folders.
    package var gone: [String] = []

    package init() {}

    package var isEmpty: Bool { known.isEmpty && gone.isEmpty }
}
