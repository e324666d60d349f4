/// The kernel as /proc names it: "6.1.0-18-amd64".
package enum HostKernel {
    package static var release: String {
        let text = (try? FileContents.text("/proc/sys/kernel/osrelease", limit: 4096)) ?? "unknown"
        return text.split(separator: "\n").first.map(String.init) ?? "unknown"
    }
}
