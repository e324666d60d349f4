import Glibc
import LinuxSystem

/// A folder of its own for one test, gone with it. Without Foundation: with it imported here, tests of other targets take
/// minutes to type-check.
package func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { TemporaryFolder.remove(folder) }
    return try await body(folder)
}

package func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { TemporaryFolder.remove(folder) }
    return try body(folder)
}

private enum TemporaryFolder {
    static func make() throws -> String {
        var template = Array("/tmp/fl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", errno: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func remove(_ folder: String) {
        for name in (try? Directory.entries(folder)) ?? [] where unlink("\(folder)/\(name)") != 0 {
            remove("\(folder)/\(name)")
        }
        rmdir(folder)
    }
}
