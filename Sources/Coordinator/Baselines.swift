package import Foundation
import Measures
package import Verdict

/// Figures of runs that were kept by a name to compare later ones with: Results/baselines/NAME.json. The run itself may go.
package struct Baselines: Sendable {
    private let folder: URL

    package init(in results: URL) {
        folder = results.appending(path: "baselines")
    }

    /// Takes the place of an earlier one of this name. Where it is.
    @discardableResult
    package func keep(_ figures: RunFigures, as name: String) throws -> URL {
        let file = try file(of: name)
        let encoder = RunFolder.encoder()
        encoder.outputFormatting.insert(.prettyPrinted)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try encoder.encode(figures).write(to: file, options: .atomic)
        } catch {
            throw RunFolderError(
                code: "baseline.write",
                message:
                    "cannot write \(file.path): \(error.localizedDescription); give another folder by --results"
            )
        }
        return file
    }

    package func figures(of name: String) throws -> RunFigures {
        let file = try file(of: name)
        guard FileManager.default.fileExists(atPath: file.path) else {
            let others = names.isEmpty ? "none is kept there" : "there are \(names.joined(separator: ", "))"
            throw RunFolderError(
                code: "baseline.none",
                message: "there is no baseline \(name) in \(folder.path); \(others). Keep one by: "
                    + "faultline compare RUN --save \(name)"
            )
        }
        return try Self.read(file)
    }

    package var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Errors: unreadable, no figures of a run, or of a later form.
    package static func read(_ file: URL) throws -> RunFigures {
        let figures: RunFigures
        do {
            figures = try JSONDecoder().decode(RunFigures.self, from: Data(contentsOf: file))
        } catch {
            throw RunFolderError(
                code: "baseline.unreadable",
                message:
                    "\(file.path): is neither a run's folder nor a baseline kept by `compare RUN --save NAME`"
            )
        }
        guard figures.format <= RunFigures.format else {
            throw RunFolderError(
                code: "baseline.newer",
                message:
                    "\(file.path): was written by a later version of Faultline; use that one, or keep it again"
            )
        }
        return figures
    }

    private func file(of name: String) throws -> URL {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 100 else {
            throw RunFolderError(
                code: "baseline.name",
                message: "'\(name)' is no name for a baseline; letters, digits, '-', '_' and '.' may be in it"
            )
        }
        return folder.appending(path: "\(name).json")
    }
}
