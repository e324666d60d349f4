/// What plays systemd1.Manager on a bus: a D-Bus service of Debian's own Python, so that both ends are not of one library.
/// A unit's name says what becomes of it.
enum StandIn {
    /// Arguments: the bus's socket, the folder of its notes, the bus's pid. It appends to "calls", and makes "ready".
    static let script = """
        import os, signal, sys
        import dbus, dbus.lowlevel, dbus.mainloop.glib, dbus.service
        from gi.repository import GLib
        socket, folder, daemon = sys.argv[1], sys.argv[2], int(sys.argv[3])
        MANAGER = "org.freedesktop.systemd1.Manager"
        ERROR = "org.freedesktop.systemd1."
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        bus = dbus.bus.BusConnection("unix:path=" + socket)
        stranger = dbus.bus.BusConnection("unix:path=" + socket)
        PATH = "/org/freedesktop/systemd1"

        def refuse(name, text):
            error = dbus.DBusException(text)
            error._dbus_error_name = name
            raise error

        def forge(sender, job, unit):
            message = dbus.lowlevel.SignalMessage(PATH, MANAGER, "JobRemoved")
            message.set_destination(sender)
            message.append(dbus.UInt32(1), dbus.ObjectPath(job), unit, "done", signature="uoss")
            stranger.send_message(message)
            stranger.flush()

        class Manager(dbus.service.Object):
            jobs = 100

            @dbus.service.signal(MANAGER, signature="uoss")
            def JobRemoved(self, number, job, unit, result): pass

            @dbus.service.method(MANAGER, "ss", "o", sender_keyword="sender")
            def StartUnit(self, unit, mode, sender): return self.run("StartUnit", unit, mode, sender)

            @dbus.service.method(MANAGER, "ss", "o", sender_keyword="sender")
            def RestartUnit(self, unit, mode, sender): return self.run("RestartUnit", unit, mode, sender)

            def end(self, number, unit, result):
                self.JobRemoved(number, PATH + "/job/%d" % number, unit, result)
                return False

            def run(self, method, unit, mode, sender):
                with open(folder + "/calls", "a") as calls: calls.write("%s %s %s\\n" % (method, unit, mode))
                what = unit.split(".")[0]
                if what == "none": refuse(ERROR + "NoSuchUnit", "Unit %s not found." % unit)
                if what == "masked": refuse(ERROR + "UnitMasked", "Unit %s is masked." % unit)
                if what == "denied": refuse("org.freedesktop.DBus.Error.AccessDenied", "Permission denied")
                if what == "polkit":
                    refuse("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "Authentication required.")
                if what == "dies": os.kill(os.getpid(), signal.SIGKILL)
                self.jobs += 10
                number = self.jobs
                job = PATH + "/job/%d" % number
                # Others' jobs end badly before and after, one of them of the same unit.
                self.end(number - 1, "other.service", "failed")
                self.end(number - 2, unit, "canceled")
                if what == "early": self.end(number, unit, "done")
                if what == "forged": forge(sender, job, unit)
                if what in ("done", "failed", "timeout", "dependency", "skipped"):
                    GLib.timeout_add(20, self.end, number, unit, what)
                if what == "forged": GLib.timeout_add(200, self.end, number, unit, "failed")
                if what == "busless": GLib.timeout_add(100, os.kill, daemon, signal.SIGKILL)
                return dbus.ObjectPath(job)

        bus.set_exit_on_disconnect(False)
        stranger.set_exit_on_disconnect(False)
        manager = Manager(bus, PATH)
        bus.request_name("org.freedesktop.systemd1")
        open(folder + "/ready", "w").close()
        GLib.timeout_add_seconds(60, sys.exit, 0)
        GLib.MainLoop().run()
        """
}
