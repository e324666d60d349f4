package import Foundation
import Measures
import Recording
package import Verdict

/// The runs' folders below one folder, as they are now: the truth that the index is made from.
package struct RunFolders: Sendable {
    package let results: URL

    package init(_ results: URL) {
        self.results = results
    }

    /// By name, which state each is in: changes when the run is judged, or judged again. A folder without plan.json is no
    /// run's, or of one that has not begun.
    package func stamps() -> [String: String] {
        var stamps: [String: String] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: results.path)) ?? []
        for name in names {
            guard let header = stamp(of: name, "plan.json") else { continue }
            stamps[name] = stamp(of: name, "verdict.json") ?? "not judged \(header)"
        }
        return stamps
    }

    /// nil: cannot be read (any more). A verdict that cannot be read is none.
    package func summary(of name: String) -> RunSummary? {
        let folder = results.appending(path: name)
        let decoder = JSONDecoder()
        guard let data = try? Data(contentsOf: folder.appending(path: "plan.json")),
            let header = try? decoder.decode(RunHeader.self, from: data)
        else { return nil }
        let verdict = try? decoder.decode(
            Verdict.self,
            from: Data(contentsOf: folder.appending(path: "verdict.json"))
        )
        return RunSummary(
            folder: name,
            experiment: header.experiment,
            startedAt: header.startedAt,
            started: (try? Date(header.startedAt, strategy: .iso8601))?.timeIntervalSince1970 ?? 0,
            planned: Double(header.durationNanoseconds) / 1e9,
            verdict: verdict
        )
    }

    private func stamp(of name: String, _ file: String) -> String? {
        let path = results.appending(path: name).appending(path: file).path
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            let date = facts[.modificationDate] as? Date, let size = facts[.size] as? Int
        else { return nil }
        return "\(date.timeIntervalSince1970) \(size)"
    }
}
