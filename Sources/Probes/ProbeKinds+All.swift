import DefinedChecks
import GPUCheck
import Health
import LustreCheck
package import Verdicts

extension ProbeKinds {
    /// The list of all kinds of probe: a new probe needs only a new line here.
    package static let all = ProbeKinds([
        CommandSpecification.self,
        GPUCheckSpecification.self,
        GPUDiagSpecification.self,
        CheckMountSpecification.self,
        MountLustreSpecification.self,
        DefinedCheckSpecification.self,
        HealthSpecification.self,
    ])
}

extension FindingCatalogue {
    /// Every kind of finding that fleet's own probes have.
    package static let standard = FindingCatalogue(.all)
}
