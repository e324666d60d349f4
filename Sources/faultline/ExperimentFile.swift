import ArgumentParser
import Coordinator
import Foundation
import Measures
import Plan

/// Reading an experiment file for a command.
struct ExperimentFile {
    let path: String
    let text: String
    let plan: Plan
    /// `{files}`: the folder that the services' files lie in.
    let filesFolder: String
    /// Data that lies beside it, as it was read.
    let outside: OutsideFiles
    /// The inventory's text, of an experiment that names no hosts.
    let inventory: String?

    /// Errors: unreadable, or not valid; nothing has been touched.
    init(_ path: String, inventory: String? = nil) throws {
        self.path = path
        let url = URL(fileURLWithPath: path)
        text = try Self.text(of: path)
        self.inventory = try inventory.map { try Self.text(of: $0) }
        outside = OutsideFiles.beside(url.deletingLastPathComponent())
        let hosts = try self.inventory.map { try Inventory(yaml: $0, fileName: inventory ?? "") }
        plan = try Plan(yaml: text, fileName: path, outside: outside, inventory: hosts)
        filesFolder =
            url.deletingLastPathComponent().appending(path: plan.filesFolder).standardizedFileURL.path
    }

    /// Errors: unreadable, or no UTF-8.
    static func text(of path: String) throws -> String {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw FileError(code: "file.unreadable", message: "\(path): cannot be read; is the path right?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw FileError(code: "file.encoding", message: "\(path): is not UTF-8 text")
        }
        return text
    }

    /// The services' files must be there before anything is started.
    func checkFiles() throws {
        let needed = plan.lab.hosts.contains {
            $0.services.contains { $0.command.contains { $0.contains("{files}") } }
        }
        guard needed, !FileManager.default.fileExists(atPath: filesFolder) else { return }
        throw FileError(
            code: "file.no-folder",
            message: "\(path): its services use {files}, but there is no folder \(filesFolder)"
        )
    }
}

struct FileError: ReadableError {
    let code: String
    let message: String
    var exitCode: Measures.ExitCode { .badInput }
}
