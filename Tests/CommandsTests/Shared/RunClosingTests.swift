import FanOut
import Reports
import SlurmModel
import Testing
import Verdicts

@Suite struct RunClosingTests {
    private func report(_ code: ReasonCode?, _ reason: String?, remedy: String? = nil) -> NodeReport
    {
        NodeReport(
            result: NodeResult(
                node: "n", outcome: code == .state ? .notRun : .launchFailed, reason: reason,
                code: code, remedy: remedy),
            node: nil, probe: CommandProbe(payload: Payload(arguments: ["x"], timeout: 60)))
    }

    private func common(_ reports: NodeReport...) -> String? {
        RunClosing.commonRefusal(in: Fixtures.run("run", reports))
    }

    @Test("What Slurm says to every node is said once more, with the next step")
    func refusal() {
        let account = report(
            .refused, "Slurm refused the job: invalid account (2045)", remedy: "Try --account.")
        #expect(
            common(account, account, report(.state, "down"))
                == "fleet: no job was taken: Slurm refused the job: invalid account (2045)\nTry --account."
        )
        let plain = report(.refused, "no")
        #expect(common(plain, plain) == "fleet: no job was taken: no")
    }

    @Test("One node, several reasons, or a job that was taken: the rows say it")
    func none() {
        let no = report(.refused, "no")
        #expect(common() == nil)
        #expect(common(no) == nil)
        #expect(common(no, report(.state, "down")) == nil)
        #expect(common(no, report(.refused, "other")) == nil)
        #expect(common(no, no, report(.slurmd, "no")) == nil)
        #expect(
            common(no, no, Fixtures.finished("n", "", probe: GivenProbe(judgement: Judgement())))
                == nil)
    }
}
