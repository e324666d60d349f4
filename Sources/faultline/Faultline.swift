import Agent
import ArgumentParser
import LinuxSystem
import Measures

@main
struct Faultline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faultline",
        abstract: "Break a real system on purpose, measure what its users feel, judge it in nines.",
        discussion: """
            Start with:
              faultline doctor                              what this machine can do
              faultline validate Experiments/*.yaml         is the file right?
              faultline plan Experiments/web-failover.yaml  what would happen, when, to whom
              faultline run Experiments/web-failover.yaml   do it, and write a report
              faultline load http://127.0.0.1:8080/ --rate 1000/s --below p99=50ms   load alone

            Exit codes, the worst wins: 0 every target met, 1 a target missed, 2 bad file or usage, or a \
            host's policy refuses a fault (nothing was touched), 3 inconclusive, 4 stopped by a guard or by you (healed), \
            5 something could not be healed or a fault had no effect, 6 an agent or the machine failed, 70 a defect of \
            Faultline.
            """,
        version: AgentVersion.current,
        subcommands: [
            DoctorCommand.self, ValidateCommand.self, PlanCommand.self, RunCommand.self, LoadCommand.self,
            JudgeCommand.self, ReportCommand.self, CompareCommand.self, RunsCommand.self,
            ArrivalsCommand.self,
            CheckCommand.self, NinesCommand.self,
            LabCommand.self,
            HostsCommand.self, StatusCommand.self, HaltCommand.self,
            ClockCommand.self, KeysCommand.self,
            RecoverCommand.self, AgentCommand.self, GuardianCommand.self, EnterCommand.self,
            StressWorkerCommand.self,
        ]
    )

    /// Errors become exit codes here and nowhere else.
    static func main() async {
        OpenFiles.raiseLimit()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as any ReadableError {
            Console.error(error.message)
            exit(withError: ArgumentParser.ExitCode(error.exitCode.rawValue))
        } catch let error as ArgumentParser.ExitCode {
            exit(withError: error)
        } catch {
            // ArgumentParser's own errors: its help and version requests end with 0, wrong usage with 2.
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code.isSuccess {
                print(text)
                exit(withError: ArgumentParser.ExitCode.success)
            }
            Console.error(text)
            exit(withError: ArgumentParser.ExitCode(isUsage(error) ? 2 : Measures.ExitCode.defect.rawValue))
        }
    }

    private static func isUsage(_ error: any Error) -> Bool {
        exitCode(for: error) == .validationFailure
    }
}
