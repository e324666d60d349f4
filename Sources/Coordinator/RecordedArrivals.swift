import Foundation
import Measures
import Plan
import Recording

/// When the requests of a stored run's load were due, as a trace that `trace:` and `faultline load --trace` replay.
package struct RecordedArrivals: Sendable {
    /// Seconds from time zero, one a line, ascending, to the nanosecond.
    package let text: String

    /// Errors: no run's folder, no such load, or several and none named.
    package init(_ folder: RunFolder, load name: String?) throws {
        let loads = try Judge(folder).plan.loads.map(\.name)
        guard let load = name ?? (loads.count == 1 ? loads[0] : nil), loads.contains(load) else {
            throw RunFolderError(
                code: "run.no-load",
                message:
                    "\(name.map { "\(folder.path) has no load \($0)" } ?? "\(folder.path) has several loads"); name one of "
                    + "them by --load: \(loads.joined(separator: ", "))"
            )
        }
        var reader = try ExchangeFile(folder.exchanges(load))
        var instants: [Int64] = []
        while let block = try reader.next() { instants += block.exchanges.map(\.intended.nanoseconds) }
        let lines = instants.sorted().map { instant in
            let part = String(max(0, instant) % 1_000_000_000 + 1_000_000_000).dropFirst()
            return "\(max(0, instant) / 1_000_000_000).\(part)\n"
        }
        text = "# arrivals of \(load), seconds\n" + lines.joined()
    }
}
