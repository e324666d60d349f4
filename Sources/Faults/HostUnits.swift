import Cgroups
import Measures
import Processes
import Systemd

/// Units of the systemd that runs this host.
enum HostUnits {
    /// Errors: systemd does not run here, or cannot be asked, with the remedy.
    static func check() throws(FaultError) {
        try checkFirstProcess()
        do throws(SystemdError) {
            try UnitManager().check()
        } catch {
            throw FaultError("fault.systemd", error.message)
        }
    }

    /// Errors: systemd would not start this unit, which runs, for this process.
    static func check(running unit: String) throws(FaultError) {
        do throws(SystemdError) {
            try UnitManager().check(running: CgroupMounts.unitName(unit))
        } catch {
            throw FaultError("fault.systemd", error.message)
        }
    }

    private static func checkFirstProcess() throws(FaultError) {
        let first = ProcessTable.status(of: 1)?.name
        guard first == "systemd" else {
            throw FaultError(
                "fault.no-systemd",
                "systemd does not run this host (process 1 is \(first ?? "unknown")), so a unit cannot be started: name "
                    + "the process, or a service of the experiment"
            )
        }
    }

    /// Waits until it runs. A unit that runs already is left as it is.
    static func start(_ unit: String) throws(FaultError) {
        try run(unit) { manager, name throws(SystemdError) in try manager.start(name) }
    }

    /// Waits until it runs again.
    static func restart(_ unit: String) throws(FaultError) {
        try run(unit) { manager, name throws(SystemdError) in try manager.restart(name) }
    }

    private static func run(
        _ unit: String,
        _ body: (UnitManager, String) throws(SystemdError) -> Void
    ) throws(FaultError) {
        try checkFirstProcess()
        do throws(SystemdError) {
            try body(UnitManager(), CgroupMounts.unitName(unit))
        } catch {
            throw FaultError("fault.systemd", error.message, exitCode: .notHealed)
        }
    }
}
