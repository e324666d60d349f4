import Foundation
import Measures

/// This program's own file: agents, guardians and launchers are started from it.
enum OwnExecutable {
    static func path() throws -> String {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            throw FileError(
                code: "self.path",
                message: "cannot find this program's own file: /proc is not mounted?"
            )
        }
    }
}
