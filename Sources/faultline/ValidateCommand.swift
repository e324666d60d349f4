import ArgumentParser
import Measures
import Plan

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check experiment files; touches nothing.",
        discussion: """
            Every problem is named with file, line and column, what was expected, and the nearest right spelling.

              faultline validate Experiments/*.yaml
            """
    )

    @Argument(help: "Experiment files.", completion: .file(extensions: ["yaml", "yml"])) var files: [String]
    @Flag(help: "One JSON object for all files.") var json = false

    func run() throws {
        var results: [Result] = []
        for path in files {
            do {
                let file = try ExperimentFile(path)
                try file.checkFiles()
                results.append(Result(file: path, valid: true, digest: file.plan.digest, errors: []))
                if !json { Console.print("\(path): valid, digest \(file.plan.digest.prefix(12))") }
            } catch let error as PlanError {
                results.append(
                    Result(file: path, valid: false, digest: nil, errors: error.diagnostics.map(\.headline))
                )
                if !json { Console.error(error.message) }
            } catch let error as any ReadableError {
                results.append(Result(file: path, valid: false, digest: nil, errors: [error.message]))
                if !json { Console.error(error.message) }
            }
        }
        if json { try Console.json(results) }
        if results.contains(where: { !$0.valid }) {
            throw ArgumentParser.ExitCode(Measures.ExitCode.badInput.rawValue)
        }
    }

    private struct Result: Encodable {
        let file: String
        let valid: Bool
        let digest: String?
        let errors: [String]
    }
}
