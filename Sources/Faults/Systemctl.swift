import Cgroups
import LinuxSystem
import Measures
import Processes

/// `systemctl`, where systemd runs the host.
enum Systemctl {
    private static let places = ["/usr/bin/systemctl", "/bin/systemctl"]

    /// Errors: systemd does not run here, with the remedy.
    static func check() throws(FaultError) {
        _ = try path()
    }

    private static func path() throws(FaultError) -> String {
        guard ProcessTable.status(of: 1)?.name == "systemd" else {
            throw FaultError(
                "fault.no-systemd",
                "systemd does not run this host (process 1 is \(ProcessTable.status(of: 1)?.name ?? "unknown")), so a "
                    + "unit cannot be started: name the process, or a service of the experiment"
            )
        }
        for place in places where (try? FileContents.read(place, limit: 64 << 20)) != nil { return place }
        throw FaultError("fault.no-systemctl", "there is no systemctl in \(places.joined(separator: ", "))")
    }

    /// Waits for the end, at most 90 s, as systemd itself does. Starting what runs is no error.
    static func run(_ verb: String, _ unit: String) throws {
        let name = CgroupMounts.unitName(unit)
        let process = try Spawner.spawn(Command([try path(), "--no-ask-password", verb, name]))
        let exit = process.wait(for: .seconds(90))
        guard exit == .exited(0) else {
            if exit == nil { try process.signal(9) }
            throw FaultError(
                "fault.systemctl",
                "systemctl \(verb) \(name): \(exit?.description ?? "not done after 90 s"); see: systemctl status \(name)",
                exitCode: .notHealed
            )
        }
    }
}
