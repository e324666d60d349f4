import ArgumentParser
import Coordinator
import Foundation
import Lab
import RunIndex
import Verdict

/// What a shell offers for words that are no options. Each looks at the files that are there now.
enum Completions {
    /// A run's folder, or a folder on the way to one; without a word yet the runs in Results, the latest first.
    static let run = CompletionKind.custom { _, _, prefix in folders(prefix) { isRun($0) } }

    /// The same, and baselines' files.
    static let runOrBaseline = CompletionKind.custom { _, _, prefix in
        folders(prefix) { isRun($0) || $0.pathExtension == "json" }
    }

    static let baseline = CompletionKind.custom { words, _, _ in
        Baselines(in: URL(fileURLWithPath: option("--results", in: words) ?? "Results")).names
    }

    static let experiment = CompletionKind.custom { words, _, _ in
        let results = URL(fileURLWithPath: option("--results", in: words) ?? "Results")
        let runs = RunFolders(results)
        return Set(runs.stamps().keys.compactMap { runs.summary(of: $0)?.experiment }).sorted()
    }

    static let lab = CompletionKind.custom { _, _, _ in LabState.ids }

    /// The value of an option among the words so far.
    private static func option(_ name: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
        return words[index + 1]
    }

    private static func isRun(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: "plan.json").path)
    }

    private static func folders(_ prefix: String, _ isWanted: (URL) -> Bool) -> [String] {
        let typed = prefix.isEmpty ? "Results/" : prefix
        let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        let place = URL(fileURLWithPath: folder.isEmpty ? "." : folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        let found = names.sorted(by: >).compactMap { name -> String? in
            guard !name.hasPrefix("."), (folder + name).hasPrefix(typed) else { return nil }
            let url = place.appending(path: name)
            if isWanted(url) { return folder + name }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
            return isFolder.boolValue ? folder + name + "/" : nil
        }
        return found
    }
}
