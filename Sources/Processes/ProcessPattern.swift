import Glibc
import LinuxSystem

/// Which processes a name means. Pure, but for what `matches(_:)` reads of a living process.
package enum ProcessPattern: Hashable, Sendable {
    /// The kernel's name (at most 15 bytes), or the file name of the program: "nginx".
    case name(String)
    /// The program's file: "/usr/sbin/nginx".
    case executable(String)
    /// A part of the command line, arguments joined by spaces; * stands for any characters: "python*worker.py".
    case commandLine(String)

    /// What the kernel says of a process's program.
    package struct Facts: Hashable, Sendable {
        package let name: String
        /// Nil: not ours to see, or a kernel thread.
        package let executable: String?
        package let arguments: [String]

        package init(name: String, executable: String?, arguments: [String]) {
            self.name = name
            self.executable = executable
            self.arguments = arguments
        }

        package init(of status: ProcessStatus) {
            let pid = status.identity.pid
            name = status.name
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
            let path = count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
            // A program that was replaced while it runs is shown so.
            executable = path.map { $0.hasSuffix(" (deleted)") ? String($0.dropLast(10)) : $0 }
            let line = Self.line(of: pid, isProgram: path != nil)
            arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }

        /// The middle of execve shows a program without words, for microseconds: it is looked at again, for a millisecond.
        private static func line(of pid: Int32, isProgram: Bool) -> [UInt8] {
            var line: [UInt8] = []
            for attempt in 0..<5 {
                if attempt > 0 { Clocks.sleepUntil(monotonic: Clocks.monotonic() + 200_000) }
                line = (try? FileContents.read("/proc/\(pid)/cmdline")) ?? []
                guard line.isEmpty, isProgram else { break }
            }
            return line
        }
    }

    package func matches(_ facts: Facts) -> Bool {
        switch self {
        case .name(let name):
            guard !name.isEmpty else { return false }
            return facts.name == name
                || facts.name.utf8.count == 15 && name.utf8.starts(with: facts.name.utf8)
                || Self.file(facts.executable) == name || Self.file(facts.arguments.first) == name
        case .executable(let path): return facts.executable == path || facts.arguments.first == path
        case .commandLine(let pattern):
            guard pattern.contains(where: { $0 != "*" }) else { return false }
            return Self.contains(facts.arguments.joined(separator: " "), pattern)
        }
    }

    package var text: String {
        switch self {
        case .name(let name): "process \(name)"
        case .executable(let path): "process \(path)"
        case .commandLine(let pattern): "process with \"\(pattern)\" in its command line"
        }
    }

    private static func file(_ path: String?) -> String? {
        path?.split(separator: "/").last.map(String.init)
    }

    /// Each piece between the stars is looked for after the one before, the leftmost first: linear in practice, and no
    /// pattern makes it explode.
    static func contains(_ text: String, _ pattern: String) -> Bool {
        var rest = Array(text.utf8)[...]
        for piece in pattern.utf8.split(separator: UInt8(ascii: "*")) {
            let piece = Array(piece)
            guard
                let end = rest.indices.first(where: { rest[$0...].starts(with: piece) }).map({
                    $0 + piece.count
                })
            else { return false }
            rest = rest[end...]
        }
        return true
    }
}
