import Glibc
import LinuxSystem

/// What figures depend on.
package struct MachineFacts {
    package let words: String

    package static func read() -> MachineFacts {
        let kernel = (try? FileContents.text("/proc/sys/kernel/osrelease")) ?? "?"
        let information = (try? FileContents.text("/proc/cpuinfo")) ?? ""
        let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = model?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "?"
        let load = (try? FileContents.text("/proc/loadavg")) ?? "?"
        return MachineFacts(
            words:
                "kernel \(kernel.split(separator: "\n").first ?? "?"), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) "
                + "processors, \(name), load \(load.split(separator: " ").prefix(3).joined(separator: " "))"
        )
    }
}
