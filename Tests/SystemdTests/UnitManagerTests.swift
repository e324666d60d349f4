import LinuxSystem
import Measures
import Systemd
import Testing

/// Against a real dbus-daemon with a stand-in for systemd.
@Suite(.serialized, .needsBus, .timeLimit(.minutes(2))) struct UnitManagerTests {
    private func manager(_ bus: OwnBus, patience: Duration = .seconds(20)) -> UnitManager {
        UnitManager(sockets: [bus.socket], patience: patience)
    }

    private func failure(_ unit: String, _ manager: UnitManager) -> SystemdError? {
        do {
            try manager.start(unit)
            return nil
        } catch {
            return error
        }
    }

    @Test
    func `what is done is a success, whatever became of other jobs, and its end may come before its name`()
        throws
    {
        try OwnBus.with { bus in
            try manager(bus).check()
            try manager(bus).restart("done.service")
            try manager(bus).start("done.a\\x2db@c:d.service")
            try manager(bus).start("early.service")
            try manager(bus).check(running: "done.service")
            #expect(
                bus.calls == [
                    "RestartUnit done.service replace", "StartUnit done.a\\x2db@c:d.service replace",
                    "StartUnit early.service replace", "StartUnit done.service ignore-dependencies",
                ]
            )
        }
    }

    @Test func `every other end is an error that names the unit, what was said and what to do`() throws {
        let cases: [(unit: String, code: String, cause: String, remedy: String)] = [
            ("failed.service", "systemd.job", "failed", "journalctl -u failed.service"),
            ("timeout.service", "systemd.job", "timeout", "systemctl status timeout.service"),
            ("dependency.service", "systemd.job", "dependency", "systemctl status dependency.service"),
            // A condition of the unit does not hold: it was not started.
            ("skipped.service", "systemd.job", "skipped", "systemctl status skipped.service"),
            ("none.service", "systemd.no-unit", "NoSuchUnit", "systemctl list-unit-files"),
            ("masked.service", "systemd.refused", "UnitMasked", "systemctl status masked.service"),
            ("denied.service", "systemd.denied", "AccessDenied", "obeys root"),
            ("polkit.service", "systemd.denied", "InteractiveAuthorizationRequired", "polkit"),
            ("dies.service", "systemd.lost", "NoReply", "whether it runs is not known"),
        ]
        try OwnBus.with { bus in
            for row in cases {
                let error = try #require(failure(row.unit, manager(bus)))
                #expect(error.code == row.code, "\(row.unit): \(error)")
                #expect(error.cause.contains(row.cause), "\(row.unit): \(error.cause)")
                for part in [row.unit, row.cause, row.remedy] {
                    #expect(error.message.contains(part), "\(row.unit): \(error)")
                }
            }
        }
    }

    @Test func `a job without an end is given up when the time is over, and not before`() throws {
        try OwnBus.with { bus in
            let began = Clocks.monotonic()
            let error = failure("never.service", manager(bus, patience: .milliseconds(700)))
            let took = Clocks.monotonic() - began
            #expect(error?.code == "systemd.late")
            #expect(error?.message.contains("not done after 700ms") ?? false, "\(String(describing: error))")
            #expect((700_000_000..<3_000_000_000).contains(took), "\(took) ns")
        }
    }

    @Test func `what a stranger on the bus says of the job is not believed`() throws {
        try OwnBus.with { bus in
            let error = failure("forged.service", manager(bus))
            #expect(error?.code == "systemd.job", "\(String(describing: error))")
            #expect(error?.cause == "failed")
        }
    }

    @Test func `a bus that vanishes midway is noticed at once`() throws {
        try OwnBus.with { bus in
            let began = Clocks.monotonic()
            let error = failure("busless.service", manager(bus))
            #expect(error?.code == "systemd.lost", "\(String(describing: error))")
            #expect(Clocks.monotonic() - began < 5_000_000_000)
            #expect(bus.calls == ["StartUnit busless.service replace"])
        }
    }

    @Test func `the first bus with systemd on it is asked`() throws {
        try OwnBus.with(standInAfter: nil) { other in
            try OwnBus.with { bus in
                let sockets = ["\(bus.folder)/nothing", other.socket, bus.socket]
                try UnitManager(sockets: sockets).start("done.service")
                #expect(bus.calls == ["StartUnit done.service replace"])
            }
        }
    }

    @Test func `a bus that systemd joins a moment later is waited for`() throws {
        try OwnBus.with(standInAfter: .seconds(1)) { bus in
            try manager(bus).start("done.service")
            #expect(bus.calls == ["StartUnit done.service replace"])
        }
    }
}
