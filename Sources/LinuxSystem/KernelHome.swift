import Glibc

/// Where a host's kernel and its modules come from: what has to be done there for one that is missing.
package enum KernelHome: Hashable, Sendable, CaseIterable {
    case debian
    case ubuntu
    case redHat
    case alpine
    /// The Windows Subsystem for Linux, version 2: Microsoft's kernel.
    case windows
    /// The kernel is that of the container's host.
    case container
    case other

    /// `osRelease`: os-release(5); `kernel`: as uname(2) calls it.
    package init(osRelease: String, kernel: String, isContainer: Bool) {
        var names: [Substring] = []
        for line in osRelease.split(separator: "\n") where line.hasPrefix("ID=") || line.hasPrefix("ID_LIKE=")
        {
            let value = line.drop { $0 != "=" }.dropFirst().filter { $0 != "\"" && $0 != "'" }
            // The host's own name counts before those of its ancestors.
            names.insert(
                contentsOf: value.split(separator: " "),
                at: line.hasPrefix("ID=") ? 0 : names.endIndex
            )
        }
        let known: [Substring: KernelHome] = [
            "debian": .debian, "ubuntu": .ubuntu, "rhel": .redHat, "fedora": .redHat, "centos": .redHat,
            "alpine": .alpine,
        ]
        if isContainer {
            self = .container
        } else if kernel.lowercased().contains("microsoft") {
            self = .windows
        } else {
            self = names.lazy.compactMap { known[$0] }.first ?? .other
        }
    }

    package static let current = KernelHome(
        osRelease: (try? FileContents.text("/etc/os-release")) ?? "",
        kernel: (try? FileContents.text("/proc/sys/kernel/osrelease", limit: 256)) ?? "",
        // Written by docker, podman and containerd; systemd-nspawn and LXC tell process 1.
        isContainer: access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
            || ((try? FileContents.text("/proc/1/environ")) ?? "").contains("container=")
    )

    /// What brings these kernel modules, as a person would do it.
    package func remedy(modules: [String]) -> String {
        let load = "modprobe -a \(modules.joined(separator: " "))"
        let what = modules.count == 1 ? "the kernel module \(modules[0])" : "the kernel modules"
        let how =
            switch self {
            case .debian:
                "\(load); a cloud kernel has none of them: apt-get install linux-image-amd64, and boot it"
            case .ubuntu: "apt-get install linux-modules-extra-$(uname -r), then \(load)"
            case .redHat: "dnf install kernel-modules-extra-$(uname -r), then \(load)"
            case .alpine: "\(load); linux-virt has none of them: apk add linux-lts, and boot it"
            case .windows:
                "\(load); where that finds none: wsl --update, or a kernel of your own (kernel= in .wslconfig)"
            case .container: "on the container's host, whose kernel this is: \(load)"
            case .other: "\(load), or a kernel that is built with them"
            }
        return "\(what) (\(how))"
    }
}
