import ArgumentParser
import Measures
import Plan

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check experiment, policy and agent files; touches nothing.",
        discussion: """
            Every problem is named with file, line and column, what was expected, and the nearest right spelling.

              faultline validate Experiments/*.yaml
              faultline validate --policy /etc/faultline/policy.yaml
            """
    )

    @Argument(help: "Experiment files, and inventories.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] =
        []
    @Option(
        help: "The hosts of experiments that name none.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var inventory: String?
    @Option(
        help: "An agent's policy file; may be given again.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: [String] = []
    @Option(
        help: "An agent's own file, for agent --config; may be given again.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var agent: [String] = []
    @Flag(help: "One JSON object for all files.") var json = false

    func validate() throws {
        if files.isEmpty, policy.isEmpty, agent.isEmpty {
            throw ValidationError(
                "give an experiment file, a policy by --policy, or an agent's file by --agent"
            )
        }
    }

    func run() throws {
        var results = files.map { path in
            check(path) {
                if let text = try? ExperimentFile.text(of: path), Inventory.isMeant(by: text) {
                    _ = try Inventory(yaml: text, fileName: path)
                    return nil
                }
                let file = try ExperimentFile(path, inventory: inventory)
                try file.checkFiles()
                return file.plan.digest
            }
        }
        results += policy.map { path in
            check(path) {
                _ = try PolicyFile(path)
                return nil
            }
        }
        results += agent.map { path in
            check(path) {
                _ = try AgentConfiguration(path)
                return nil
            }
        }
        if json { try Console.json(results) }
        if results.contains(where: { !$0.valid }) {
            throw ArgumentParser.ExitCode(Measures.ExitCode.badInput.rawValue)
        }
    }

    /// `read` returns the digest of what has one.
    private func check(_ path: String, _ read: () throws -> String?) -> Result {
        var errors: [String] = []
        var message = ""
        do {
            let digest = try read()
            if !json { Console.print("\(path): valid\(digest.map { ", digest \($0.prefix(12))" } ?? "")") }
            return Result(file: path, valid: true, digest: digest, errors: [])
        } catch let error as PlanError {
            (errors, message) = (error.diagnostics.map(\.headline), error.message)
        } catch let error as any ReadableError {
            (errors, message) = ([error.message], error.message)
        } catch {
            (errors, message) = (["\(error)"], "\(path): \(error)")
        }
        if !json { Console.error(message) }
        return Result(file: path, valid: false, digest: nil, errors: errors)
    }

    private struct Result: Encodable {
        let file: String
        let valid: Bool
        let digest: String?
        let errors: [String]
    }
}
