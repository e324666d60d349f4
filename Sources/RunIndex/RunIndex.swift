package import Foundation
package import Measures
package import Verdict

/// The runs below a folder, in order and by what is asked, without reading each: an index over the folders, which are the
/// truth. Whatever it lacks, or has otherwise than they do, is read from them first; without it (a disk that is full or
/// read-only) the folders alone answer.
package struct RunIndex: Sendable {
    private let folders: RunFolders
    private let store: any RunStore
    /// Why the folders alone answer; nil: there is an index.
    package let remark: String?

    /// - Parameter results: the index is runs.sqlite in it.
    package init(of results: URL) throws {
        folders = RunFolders(results)
        do {
            store = try SQLiteRunStore(file: results.appending(path: "runs.sqlite"))
            remark = nil
        } catch let error as RunIndexError {
            store = try SQLiteRunStore()
            remark = error.message
        }
    }

    init(_ folders: RunFolders, _ store: any RunStore) {
        self.folders = folders
        self.store = store
        remark = nil
    }

    /// Brings the index to what the folders say now.
    package func refresh() throws {
        // Its own stamps first: a run that another process adds meanwhile is then not taken for one that is gone.
        let known = try store.stamps()
        let found = folders.stamps()
        var change = RunChange()
        change.gone = known.keys.filter { found[$0] == nil }.sorted()
        for (name, stamp) in found.sorted(by: { $0.key < $1.key }) where known[name] != stamp {
            if let summary = folders.summary(of: name) { change.known.append((summary, stamp)) }
        }
        if !change.isEmpty { try store.apply(change) }
    }

    /// As the folders are now; the latest first.
    package func runs(_ filter: RunFilter = RunFilter()) throws -> [RunSummary] {
        try refresh()
        return try store.runs(filter)
    }
}

/// The index cannot be used; the folders can.
package struct RunIndexError: ReadableError {
    package let code: String
    package let message: String
    package var exitCode: ExitCode { .agentFailed }

    init(_ code: String, _ message: String) {
        self.code = "runs.\(code)"
        self.message = message
    }
}
