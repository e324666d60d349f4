import Foundation
import LinuxSystem
import Measures

/// What a coordinator needs to go on with a run that another one began: resume.json, written before the agents are asked
/// for anything, readable by its owner only (it has the keys of the clock's probes), removed when the run ends.
package struct ResumeNote: Codable, Sendable {
    /// The reference is CLOCK_MONOTONIC of this boot of this machine: of another one it is another clock.
    let boot: String
    let leaseNanoseconds: Int64
    let clock: ReferenceClock
    /// The address that the clock listens on.
    let listening: String

    init(lease: Duration, clock: ReferenceClock, listening: String) throws {
        boot = try Self.thisBoot()
        leaseNanoseconds = lease.nanoseconds
        self.clock = clock
        self.listening = listening
    }

    var lease: Duration { Duration(nanoseconds: leaseNanoseconds) }

    var isOfThisBoot: Bool { (try? Self.thisBoot()) == boot }

    private static func thisBoot() throws -> String {
        try FileContents.text("/proc/sys/kernel/random/boot_id").trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }

    func write(to folder: RunFolder) throws {
        let data = try RunFolder.encoder().encode(self)
        let isWritten = FileManager.default.createFile(
            atPath: folder.resume.path,
            contents: data,
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten else {
            throw RunFolderError(
                code: "run.write",
                message: "cannot write \(folder.resume.path); is the disk full?"
            )
        }
    }

    static func read(from folder: RunFolder) throws -> ResumeNote {
        guard FileManager.default.fileExists(atPath: folder.resume.path) else {
            throw RunFolderError(
                code: "run.over",
                message:
                    "\(folder.path): this run is over, or was in a lab; judge it: faultline judge \(folder.path)"
            )
        }
        do {
            return try JSONDecoder().decode(ResumeNote.self, from: try folder.read(folder.resume))
        } catch is DecodingError {
            throw RunFolderError(
                code: "run.resume",
                message:
                    "\(folder.resume.path) is not readable; judge the run: faultline judge \(folder.path)"
            )
        }
    }

    static func remove(from folder: RunFolder) { try? FileManager.default.removeItem(at: folder.resume) }
}
