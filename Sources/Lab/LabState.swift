import LinuxSystem
import Measures
package import Processes

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is on disk of a lab, so that any later process can take it down: /run/faultline/labs/ID/lab.json, written before
/// the first namespace is made.
package struct LabState: Sendable, Codable, Equatable {
    package var layout: LabLayout
    /// The process that the lab belongs to; nil: it stays until `lab down`.
    package var owner: ProcessIdentity?
    /// The experiment's file: its absolute path, for people.
    package var experiment: String

    package init(layout: LabLayout, owner: ProcessIdentity?, experiment: String) {
        self.layout = layout
        self.owner = owner
        self.experiment = experiment
    }

    package static let root = "/run/faultline"
    package static let labs = "/run/faultline/labs"

    package static func folder(_ id: String) -> String { "\(labs)/\(id)" }
    package var folder: String { Self.folder(layout.id) }

    package func folder(of host: String) -> String { "\(folder)/hosts/\(host)" }
    package func socket(of host: String) -> String { "\(folder(of: host))/agent.sock" }
    package func hostsFile(of host: String) -> String { "\(folder(of: host))/hosts" }
    package func resolvFile(of host: String) -> String { "\(folder(of: host))/resolv.conf" }
    /// `{dir}` of the host's services.
    package func files(of host: String) -> String { "\(folder(of: host))/files" }

    /// Nil: nobody owns it, or the owner is gone.
    package var isOrphan: Bool {
        guard let owner else { return false }
        guard let status = ProcessTable.status(of: owner.pid) else { return true }
        return status.identity != owner || !status.isAlive
    }

    package func save() throws {
        try Directory.make(folder)
        try FileContents.writeAtomically([UInt8](try JSONEncoder().encode(self)), to: "\(folder)/lab.json")
    }

    /// Nil when there is no readable state: a lab that died before it was written, or was written by a stranger.
    package static func load(_ id: String) -> LabState? {
        guard let bytes = try? FileContents.read("\(folder(id))/lab.json", limit: 1 << 20) else { return nil }
        return try? JSONDecoder().decode(LabState.self, from: Data(bytes))
    }

    /// Ids of all labs that left a folder, sorted.
    package static var ids: [String] {
        ((try? Directory.entries(labs)) ?? []).sorted()
    }
}
