"""Policy losses of GPPO Studio in PyTorch: every built-in clip strategy as its authors' surrogate.

`objectives` gives J_t, the surrogate of each response token, whose gradient with respect to the log-probs is what the
strategy makes of the token; the loss is minus the aggregate of J (`aggregate`). Values under a stop-gradient are
detached. check.py compares losses and gradients with recorded values of the studio.

Sources: verl core_algos.py (vanilla, gspo, sapo, gpg, clip_cov, kl_cov, geo_mean, cispo, dppo_tv, dppo_kl, dro), TRL
grpo_trainer.py (vespo, cispo's cap, luspo, off-policy mask), ms-swift (fipo), AReaL (m2po), Kwai-Klear/KlearReasoner
and Kwai-Klear/CE-GPPO (gppo), Kwai-Klear/ERC, WooooDyy/BAPO, VenomRose-Juri/DGPO-RL, FlyTune/MASPO-RL,
Simple-Policy-Optimization, and the papers of DCPO, ASPO, TOPR and Kimi k1.5.
"""

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional, Tuple

import torch

Tensor = torch.Tensor


@dataclass
class Batch:
    """A minibatch; all tensors have the shape [responses, tokens] and belong to response tokens.

    Log-probs and entropies are in nats. `logprob` carries the gradient. Values outside of `mask` are ignored.
    """

    logprob: Tensor
    old_logprob: Tensor
    advantage: Tensor
    mask: Tensor
    entropy: Optional[Tensor] = None
    old_entropy: Optional[Tensor] = None
    # Log-probs of the engine that sampled; without them those of the old policy stand in.
    sampled_logprob: Optional[Tensor] = None
    # Weights of truncated importance sampling, pi_old / pi_sampler with its bounds applied.
    correction: Optional[Tensor] = None
    # Tokens that Clip-Cov drops; by default they are drawn with torch's generator.
    dropped: Optional[Tensor] = None


@dataclass
class Prepared:
    """A batch with masked values replaced by neutral ones, and its log-ratios."""

    batch: Batch
    parameters: Dict[str, Any]
    mask: Tensor
    count: Tensor
    logprob: Tensor
    old: Tensor
    a: Tensor
    l: Tensor
    held_l: Tensor
    r: Tensor
    held: Tensor
    dtype: torch.dtype = field(default=torch.float32)

    def number(self, name: str) -> float:
        value = self.parameters.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError("parameter %s of the strategy: expected a number, found %r" % (name, value))
        return float(value)

    def optional(self, name: str) -> Optional[float]:
        return None if self.parameters.get(name) is None else self.number(name)

    @property
    def band(self) -> Tuple[float, float]:
        return 1 - self.number("eps_low"), 1 + self.number("eps_high")

    def sum(self, values: Tensor) -> Tensor:
        """Sum over the tokens of each response, [responses, 1]."""
        return torch.where(self.mask, values, torch.zeros_like(values)).sum(-1, keepdim=True)

    def mean(self, values: Tensor) -> Tensor:
        return self.sum(values) / self.count

    def all(self, values: Tensor) -> Tensor:
        """The values of all response tokens, flat."""
        return values[self.mask]


def prepare(batch: Batch, parameters: Dict[str, Any]) -> Prepared:
    mask = batch.mask.bool()
    zero = torch.zeros_like(batch.logprob)
    logprob = torch.where(mask, batch.logprob, zero)
    old = torch.where(mask, batch.old_logprob.to(logprob.dtype), zero)
    a = torch.where(mask, batch.advantage.to(logprob.dtype).expand_as(logprob), zero)
    # verl clamps log-ratios to [-20, 20].
    l = torch.clamp(logprob - old, -20.0, 20.0)
    r = torch.exp(l)
    count = mask.sum(-1, keepdim=True).clamp(min=1).to(logprob.dtype)
    return Prepared(batch, parameters, mask, count, logprob, old, a, l, l.detach(), r, r.detach(), logprob.dtype)


def clipped(r: Tensor, a: Tensor, low: Any, high: Any, dual: Optional[float]) -> Tensor:
    """min(r A, clip(r) A), and with dual clip at least c A for A < 0."""
    bounded = torch.clamp(r, low, high) if not isinstance(low, Tensor) else torch.minimum(torch.maximum(r, low), high)
    value = torch.minimum(r * a, bounded * a)
    return value if dual is None else torch.where(a < 0, torch.maximum(value, dual * a), value)


def preserved(x: Prepared) -> Tensor:
    """GPPO: clipped tokens keep a bounded gradient, beta2 hi above the range and beta1 lo below it."""
    low, high = x.band
    value = x.r * x.a
    above = (x.number("beta2") * high) / x.held * x.r * x.a
    below = low * x.a if x.parameters.get("only_high") else (x.number("beta1") * low) / x.held * x.r * x.a
    value = torch.where((x.a > 0) & (x.held > high), above, value)
    value = torch.where((x.a < 0) & (x.held < low), below, value)
    dual = x.optional("dual_clip")
    return value if dual is None else torch.where(x.a < 0, torch.maximum(value, dual * x.a), value)


def vanilla(x: Prepared) -> Tensor:
    return clipped(x.r, x.a, *x.band, x.optional("dual_clip"))


def with_entropy_band(base: Callable[[Prepared], Tensor]) -> Callable[[Prepared], Tensor]:
    """ERC: the value of the base, without its gradient where the entropy ratio leaves the band."""

    def objective(x: Prepared) -> Tensor:
        if x.batch.entropy is None or x.batch.old_entropy is None:
            raise ValueError("entropy ratio clipping needs the entropies of the policy and of the old policy")
        ratio = (x.batch.entropy.detach() + 1e-8) / (x.batch.old_entropy.detach() + 1e-8)
        inside = (ratio > x.number("entropy_low")) & (ratio < x.number("entropy_high"))
        value = base(x)
        return torch.where(inside, value, value.detach())

    return objective


def cispo(x: Prepared) -> Tensor:
    cap = x.optional("cap")
    weight = torch.clamp(x.held, *x.band) if cap is None else torch.clamp(x.held, max=cap)
    return weight * x.a * x.logprob


def sequence_clipped(most: Optional[float]) -> Callable[[Prepared], Tensor]:
    """GSPO and LUSPO: s_t = sg(s) pi / sg(pi), s the geometric mean of the response's ratios."""

    def objective(x: Prepared) -> Tensor:
        log_s = x.mean(x.held_l) + x.logprob - x.logprob.detach()
        if most is not None:
            log_s = torch.clamp(log_s, max=most)
        return clipped(torch.exp(log_s), x.a, *x.band, None)

    return objective


def gmpo(x: Prepared) -> Tensor:
    bounded = torch.clamp(x.l, -x.number("eps_low"), x.number("eps_high"))
    zero = torch.zeros_like(x.l)
    m = torch.where(x.a > 0, torch.minimum(x.l, bounded), torch.where(x.a < 0, torch.maximum(x.l, bounded), zero))
    return torch.exp(x.mean(m)) * x.a


def sapo(x: Prepared) -> Tensor:
    tau = torch.where(x.a > 0, x.number("tau_pos"), x.number("tau_neg")).to(x.dtype)
    return 4 / tau * torch.sigmoid(tau * (x.r - 1)) * x.a


def vespo(x: Prepared) -> Tensor:
    total = x.sum(x.held_l)
    if x.batch.correction is not None:
        total = total + x.sum(torch.log(torch.clamp(x.batch.correction.to(x.dtype), min=1e-8)))
    log_w = torch.clamp(total, float(torch.log(torch.tensor(1e-8, dtype=torch.float64))), 20.0)
    positive = x.a >= 0
    k = torch.where(positive, x.number("k_positive"), x.number("k_negative")).to(x.dtype)
    rate = torch.where(positive, x.number("lambda_positive"), x.number("lambda_negative")).to(x.dtype)
    return torch.exp(rate + k * log_w - rate * torch.exp(log_w)) * x.a * x.logprob


def aspo(x: Prepared) -> Tensor:
    low, high = x.band
    c = x.number("c")
    relative = x.r / x.held
    raised = torch.clamp(1 / x.held, max=c) * relative * x.a
    lowered = torch.clamp(x.held, max=c) * relative * x.a
    value = torch.where(x.a > 0, raised, lowered)
    value = torch.where((x.a > 0) & (x.held > high), min(1 / high, c) * x.a, value)
    return torch.where((x.a <= 0) & (x.held < low), low * x.a, value)


def dcpo(x: Prepared) -> Tensor:
    q = torch.exp(x.old)
    low = (1 + torch.sqrt(torch.clamp(1 - 4 * x.number("eps_low") / q, min=0))) / 2
    high = torch.clamp((1 + torch.sqrt(1 + 4 * x.number("eps_high") / q)) / 2, max=10)
    return clipped(x.r, x.a, low, high, x.optional("dual_clip"))


def bapo_bounds(x: Prepared) -> Tuple[float, float]:
    """First the lower bound rises, then the upper one, until A >= 0 contributes enough of the loss."""
    r, a = x.all(x.held).double(), x.all(x.a).double()

    def unbalanced(low: float, high: float) -> bool:
        positive = (torch.clamp(r, max=high) * a)[a >= 0].sum()
        negative = -(torch.clamp(r, min=low) * a)[a < 0].sum()
        return bool(negative > 0 and positive / (negative + 1e-8) < x.number("target_ratio"))

    low, high = x.number("low_start"), x.number("high_start")
    while unbalanced(low, high) and low < x.number("low_max") - 1e-9:
        low = min(low + x.number("low_step"), x.number("low_max"))
    while unbalanced(low, high) and high < x.number("high_max") - 1e-9:
        high = min(high + x.number("high_step"), x.number("high_max"))
    return low, high


def bapo(x: Prepared) -> Tensor:
    return clipped(x.r, x.a, *bapo_bounds(x), x.optional("dual_clip"))


def topr(x: Prepared) -> Tensor:
    weight = torch.clamp(torch.exp(x.sum(x.held_l)), 0, 1)
    return torch.where(x.a >= 0, torch.ones_like(x.held), weight) * x.a * x.logprob


def covariance(x: Prepared) -> Tensor:
    """(A - mean A)(log p - mean log p) over all tokens of the minibatch."""
    logprob = x.logprob.detach()
    return (x.a - x.all(x.a).mean()) * (logprob - x.all(logprob).mean())


def chosen_count(x: Prepared) -> int:
    return max(int(x.number("fraction") * int(x.mask.sum())), 1)


def clip_cov(x: Prepared) -> Tensor:
    low, high = x.band
    dropped = x.batch.dropped
    if dropped is None:
        outside = ((x.a > 0) & (x.held > high)) | ((x.a < 0) & (x.held < low))
        cov = covariance(x)
        in_band = (cov > x.number("covariance_low")) & (cov < x.number("covariance_high"))
        candidates = torch.nonzero(x.mask & ~outside & in_band)
        drawn = candidates[torch.randperm(len(candidates), device=candidates.device)[: chosen_count(x)]]
        dropped = torch.zeros_like(x.mask)
        dropped[drawn[:, 0], drawn[:, 1]] = True
    value = clipped(x.r, x.a, low, high, None)
    return torch.where(dropped, torch.zeros_like(value), value)


def kl_cov(x: Prepared) -> Tensor:
    cov = covariance(x)
    threshold = torch.topk(x.all(cov), chosen_count(x)).values[-1]
    penalty = x.number("kl_penalty") * torch.abs(x.logprob - x.old)
    return x.r * x.a - torch.where(x.mask & (cov >= threshold), penalty, torch.zeros_like(penalty))


def dgpo(x: Prepared) -> Tensor:
    low, high = x.band
    value = x.r * x.a
    below = x.r * (x.held / low) ** x.number("n") * x.a if low > 0 else value
    above = x.r * (high / x.held) ** (1 / x.number("m")) * x.a
    value = torch.where((x.a < 0) & (x.held < low), below, value)
    return torch.where((x.a > 0) & (x.held > high), above, value)


def maspo(x: Prepared) -> Tensor:
    base = x.number("sigma_base")
    width = torch.clamp(base / torch.exp(x.old) ** x.number("alpha"), base, x.number("sigma_max"))
    lowered = 1 / (1 - x.number("beta_neg") * torch.clamp(x.a, max=0))
    trust = torch.where(x.a > 0, 1 + x.number("beta_pos") * x.a, lowered)
    sigma = width * torch.clamp(trust, x.number("advantage_low"), x.number("advantage_high"))
    gated = ((x.a > 0) & (x.held > 1)) | ((x.a < 0) & (x.held < 1))
    gate = torch.exp(-((x.held - 1) ** 2) / 2 / sigma**2)
    return torch.where(gated, gate, torch.ones_like(gate)) * x.r * x.a


def spo(x: Prepared) -> Tensor:
    return x.r * x.a - torch.abs(x.a) * (x.r - 1) ** 2 / (2 * x.number("eps"))


def divergence_masked(valid: Callable[[Prepared], Tensor]) -> Callable[[Prepared], Tensor]:
    def objective(x: Prepared) -> Tensor:
        value = x.a * torch.clamp(x.held, max=x.number("c")) * x.logprob
        return torch.where(valid(x), value, torch.zeros_like(value))

    return objective


def tv_valid(x: Prepared) -> Tensor:
    change = torch.exp(x.logprob.detach()) - torch.exp(x.old)
    return torch.where(x.a > 0, change <= x.number("eps_high"), change >= -x.number("eps_low"))


def kl_valid(x: Prepared) -> Tensor:
    logprob = torch.clamp(x.logprob.detach(), max=0)
    q, p = torch.exp(x.old), torch.exp(logprob)
    kl = q * (x.old - logprob) + (1 - q) * torch.log((1 - q + 1e-8) / (1 - p + 1e-8))
    moved = x.logprob.detach() - x.old
    raised = (kl <= x.number("eps_high")) | (moved <= 0)
    lowered = (kl <= x.number("eps_low")) | (moved >= 0)
    return torch.where(x.a > 0, raised, lowered)


def dro(x: Prepared) -> Tensor:
    return x.a * x.logprob - 0.5 * x.number("beta") * (x.logprob - x.old) ** 2


def kimi(x: Prepared) -> Tensor:
    """A log pi(y) - tau / 2 log(W)^2 of the response, shared out to its tokens."""
    penalty = x.sum(x.held_l) * (2 * x.l - x.held_l)
    return x.a * x.logprob - 0.5 * x.number("tau") * penalty


def opsm(x: Prepared) -> Tensor:
    sampled = x.old if x.batch.sampled_logprob is None else x.batch.sampled_logprob.to(x.dtype)
    drift = x.mean(sampled - x.logprob.detach())
    value = vanilla(x)
    return torch.where((x.a >= 0) | (drift <= x.number("delta")), value, torch.zeros_like(value))


def fipo(x: Prepared) -> Tensor:
    limit, safety, span = x.optional("dual_clip"), x.optional("safety"), x.number("influence_range")
    counted = torch.where(x.mask, x.held_l, torch.zeros_like(x.held_l))
    if limit is not None:
        counted = torch.where(x.held > limit, torch.zeros_like(counted), counted)
    gamma = 2 ** (-1 / x.number("half_life"))
    future = torch.zeros_like(counted)
    later = torch.zeros_like(counted[:, 0])
    for t in range(counted.shape[1] - 1, -1, -1):
        later = counted[:, t] + gamma * later
        future[:, t] = later
    influence = torch.exp(future)
    if span != 0:
        influence = torch.clamp(influence, 1 if x.parameters.get("high_only") else 1 - span, 1 + span)
    if safety is not None:
        unsafe = (x.a < 0) & (x.held > safety)
        influence = torch.where(unsafe, torch.clamp(influence, 0.8, 1), influence)
    return vanilla(x) * influence


def m2po(x: Prepared) -> Tensor:
    """Tokens of largest log(r)^2 are dropped until the mean of the others is below the threshold."""
    moments = (x.held_l**2).double()
    ordered = torch.sort(x.all(moments), descending=True).values
    sizes = torch.arange(len(ordered), 0, -1, device=ordered.device, dtype=ordered.dtype)
    means = torch.flip(torch.cumsum(torch.flip(ordered, [0]), 0), [0]) / sizes
    small = torch.nonzero(means < x.number("threshold"))
    dropped = len(ordered) - 1 if len(small) == 0 else int(small[0])
    value = x.r * x.a
    if dropped == 0:
        return value
    return torch.where(moments >= ordered[dropped - 1], torch.zeros_like(value), value)


STRATEGIES: Dict[str, Callable[[Prepared], Tensor]] = {
    "ppo": vanilla,
    "clip-higher": vanilla,
    "gppo": preserved,
    "ce-gppo": preserved,
    "cispo": cispo,
    "gspo": sequence_clipped(10.0),
    "gmpo": gmpo,
    "sapo": sapo,
    "vespo": vespo,
    "aspo": aspo,
    "dcpo": dcpo,
    "bapo": bapo,
    "topr": topr,
    "erc": with_entropy_band(vanilla),
    "gppo-erc": with_entropy_band(preserved),
    "clip-cov": clip_cov,
    "kl-cov": kl_cov,
    "dgpo": dgpo,
    "maspo": maspo,
    "spo": spo,
    "dppo-tv": divergence_masked(tv_valid),
    "dppo-kl": divergence_masked(kl_valid),
    "dro": dro,
    "kimi": kimi,
    "luspo": sequence_clipped(None),
    "opsm": opsm,
    "fipo": fipo,
    "m2po": m2po,
    "importance": lambda x: x.r * x.a,
    "reinforce": lambda x: x.a * x.logprob,
}

# What a strategy reads beside log-probs and advantages.
NEEDS_ENTROPY = ("erc", "gppo-erc")


def objectives(name: str, parameters: Dict[str, Any], batch: Batch) -> Tensor:
    """J_t of each token, [responses, tokens]; 0 outside of the mask.

    Raises ValueError for an unknown strategy, a parameter that is missing, or a batch without what the strategy reads.
    """
    if name not in STRATEGIES:
        raise ValueError("strategy: expected one of %s, found %r" % (", ".join(sorted(STRATEGIES)), name))
    x = prepare(batch, parameters)
    value = STRATEGIES[name](x)
    if batch.correction is not None and name != "vespo":
        correction = batch.correction.detach().to(value.dtype)
        if name == "gmpo":
            # verl: the geometric mean of a response's corrections.
            correction = torch.exp(x.mean(torch.log(torch.clamp(correction, min=1e-10))))
        value = value * correction
    return torch.where(x.mask, value, torch.zeros_like(value))


def corrections(
    old: Tensor, sampled: Tensor, mask: Tensor, cap: float, floor: Optional[float] = None, level: str = "token"
) -> Tensor:
    """Truncated importance sampling: pi_old / pi_sampler, at most `cap`; with a floor, 0 outside of [floor, cap]."""
    gap = torch.where(mask.bool(), old - sampled, torch.zeros_like(old)).detach()
    ratio = torch.exp(torch.clamp(gap.sum(-1, keepdim=True).expand_as(gap) if level == "sequence" else gap, -20, 20))
    if floor is None:
        return torch.clamp(ratio, max=cap)
    return torch.where((ratio >= floor) & (ratio <= cap), ratio, torch.zeros_like(ratio))


def aggregate(
    values: Tensor,
    mask: Tensor,
    mode: str,
    norm: float,
    tokens: Optional[Tensor] = None,
    responses: Optional[Tensor] = None,
) -> Tensor:
    """One number of a matrix, by verl's names.

    `norm` is the divisor of seq-mean-token-sum-norm; `tokens` and `responses` are those of the whole update, where the
    matrix is a part of it. Responses without tokens do not count.
    """
    kept = torch.where(mask.bool(), values, torch.zeros_like(values))
    lengths = mask.bool().sum(-1)
    if mode == "token-mean":
        total = lengths.sum() if tokens is None else torch.as_tensor(tokens, device=values.device)
        return kept.sum() / total.clamp(min=1)
    count = (lengths > 0).sum() if responses is None else torch.as_tensor(responses, device=values.device)
    count = count.clamp(min=1)
    if mode == "seq-mean-token-sum":
        return kept.sum() / count
    if mode == "seq-mean-token-mean":
        return (kept.sum(-1) / lengths.clamp(min=1)).sum() / count
    if mode == "seq-mean-token-sum-norm":
        return kept.sum() / count / norm
    raise ValueError("aggregation: expected token-mean, seq-mean-token-sum, seq-mean-token-mean or "
                     "seq-mean-token-sum-norm, found %r" % mode)


def advantages_of(rewards, kind):
    """Advantages of rewards of shape [groups, responses], by GPPO Studio's names; see src/rl/advantages.ts."""
    equal = (rewards == rewards[:, :1]).all(dim=1, keepdim=True)
    centred = torch.where(equal, torch.zeros_like(rewards), rewards - rewards.mean(dim=1, keepdim=True))
    size = rewards.shape[1]
    if kind == "grpo":
        return centred / (rewards.std(dim=1, keepdim=True) + 1e-6)
    if kind == "dr-grpo":
        return centred
    if kind == "batch-std":
        return centred / (rewards.std() + 1e-4)
    left_out = centred * size / (size - 1)
    if kind == "rloo":
        return left_out
    if kind == "rloo-batch-std":
        return left_out / (left_out.std() + 1e-4)
    raise ValueError("advantage: expected grpo, dr-grpo, rloo, rloo-batch-std or batch-std, found %r" % kind)


@torch.no_grad()
def clip_fractions(name: str, parameters: Dict[str, Any], batch: Batch) -> Tuple[Tensor, Tensor]:
    """Tokens below the clip range with A < 0 and above it with A > 0, as [responses, tokens] of 0 and 1.

    The range is that of the strategy on the ratio that it clips; strategies without one have the band (0.8, 1.2).
    """
    x = prepare(batch, parameters)
    low, high = 1 - float(parameters.get("eps_low", 0.2)), 1 + float(parameters.get("eps_high", 0.2))
    ratio = x.held
    if name in ("gspo", "luspo"):
        ratio = torch.exp(x.mean(x.held_l)).expand_as(x.held)
    elif name == "gmpo":
        low, high = float(torch.exp(torch.tensor(low - 1))), float(torch.exp(torch.tensor(high - 1)))
    elif name == "bapo":
        low, high = bapo_bounds(x)
    return (x.mask & (ratio < low) & (x.a < 0)).float(), (x.mask & (ratio > high) & (x.a > 0)).float()
