"""Every stage, in the order in which they run."""

from bench.stage import Stage
from bench.stages import g00_generator, g01_bare, g02_express, g03_fastify, g04_paced, g05_projector, g06_pipeline

STAGES: tuple[Stage, ...] = (
    g00_generator.STAGE,
    g01_bare.STAGE,
    g02_express.STAGE,
    g03_fastify.STAGE,
    g04_paced.STAGE,
    g05_projector.STAGE,
    g06_pipeline.STAGE,
)
