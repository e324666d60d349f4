package import Foundation
import LinuxSystem
package import Measures
import Plan

/// A run's folder on disk; written as the run goes, so that a coordinator that dies leaves a readable one.
package struct RunFolder: Sendable {
    package let url: URL

    package init(_ url: URL) {
        self.url = url
    }

    /// Results/2026-11-23T10-15-04Z-web-failover-3f9c; the last part makes two runs in one second differ.
    package static func create(in results: URL, experiment: String, at date: Date, suffix: UInt16) throws
        -> RunFolder
    {
        let stamp = date.formatted(.iso8601).replacing(":", with: "-")
        let tail = String(suffix, radix: 16)
        let name = "\(stamp)-\(experiment)-\(String(repeating: "0", count: 4 - tail.count))\(tail)"
        let folder = RunFolder(results.appending(path: name))
        do {
            try FileManager.default.createDirectory(at: folder.recording, withIntermediateDirectories: true)
        } catch {
            throw RunFolderError(
                code: "run.folder",
                message:
                    "cannot create \(folder.url.path): \(error.localizedDescription); give another folder by --results"
            )
        }
        return folder
    }

    package var path: String { url.path }
    package var recording: URL { url.appending(path: "recording") }
    package var experiment: URL { url.appending(path: "experiment.yaml") }
    package var header: URL { url.appending(path: "plan.json") }
    package var events: URL { recording.appending(path: "events.jsonl") }
    /// The hosts of a file that names an inventory.
    package var inventory: URL { url.appending(path: "hosts.yaml") }
    var received: URL { recording.appending(path: "received.jsonl") }
    /// There while the run goes on.
    package var resume: URL { url.appending(path: "resume.json") }
    package var histogramLog: URL { url.appending(path: "latency.hlog") }
    package var verdict: URL { url.appending(path: "verdict.json") }
    package var reportHTML: URL { url.appending(path: "report.html") }
    package var reportMarkdown: URL { url.appending(path: "report.md") }
    package var junit: URL { url.appending(path: "junit.xml") }

    /// Packets of one host, nanosecond pcap; the files' names have their number before the last dot.
    package func capture(_ host: String) -> URL { recording.appending(path: "packets-\(host).pcap") }

    /// Those that are there, in their order. A host's name has no dot, so none is another host's.
    package func captures(_ host: String) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: recording.path)) ?? []
        let numbered = names.compactMap { name -> (number: Int, name: String)? in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "packets-\(host)", parts[2] == "pcap",
                let number = Int(parts[1])
            else { return nil }
            return (number, name)
        }
        return numbered.sorted { $0.number < $1.number }.map { recording.appending(path: $0.name) }
    }

    package func exchanges(_ load: String) -> URL { recording.appending(path: "exchanges-\(load).flx") }

    /// Lines as `faultline check` reads them.
    package func history(_ name: String) -> URL { recording.appending(path: "history-\(name).jsonl") }

    /// nil: the experiment names its hosts itself.
    func readInventory() throws -> Inventory? {
        guard FileManager.default.fileExists(atPath: inventory.path) else { return nil }
        let text = String(decoding: try read(inventory), as: UTF8.self)
        return try Inventory(yaml: text, fileName: inventory.path)
    }

    package func write(_ text: String, to file: URL) throws {
        do {
            try Data(text.utf8).write(to: file, options: .atomic)
        } catch {
            throw RunFolderError(
                code: "run.write",
                message: "cannot write \(file.path): \(error.localizedDescription); is the disk full?"
            )
        }
    }

    package func read(_ file: URL) throws -> Data {
        do {
            return try Data(contentsOf: file)
        } catch {
            throw RunFolderError(
                code: "run.read",
                message:
                    "cannot read \(file.path): \(error.localizedDescription); is \(url.path) a run's folder?"
            )
        }
    }

    /// Of a run that did not begin. What cannot be removed stays: it holds nothing but the experiment.
    package func discard() {
        try? FileManager.default.removeItem(at: url)
    }

    package static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

package struct RunFolderError: ReadableError {
    package let code: String
    package let message: String
    package var exitCode: ExitCode { .badInput }
}
