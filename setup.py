"""Builds the kernels: a few slow functions in Cython, each with a twin in Python that serves wherever they are not built.

Everything else about the package stands in pyproject.toml. Without Cython or a C compiler nothing is built and nothing fails.
"""

from setuptools import Extension, setup

# A kernel is one line here, one ``.pyx`` beside the module that takes it by ``embeddings.kernels.faster``, and a ``.pyi``.
KERNELS = [
    "retriever/_passages.pyx",
    "retriever/index/_dense_codes.pyx",
    "retriever/index/_long_codes.pyx",
    "embeddings/_unigram.pyx",
    "retriever/index/_maxscore.pyx",
    "retriever/index/_merging.pyx",
    "retriever/index/_runs.pyx",
    "retriever/index/_shingles.pyx",
    "retriever/index/_terms.pyx",
    "retriever/search/_coverage.pyx",
    "retriever/search/_likeness.pyx",
    "retriever/text/_character_forms.pyx",
    "retriever/text/_cutting.pyx",
    "retriever/text/_folding.pyx",
]

# Plain arithmetic on arrays. Nothing here may change a result: no -ffast-math, no fused products, no machine of its own.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "cdivision": True,
    "initializedcheck": False,
}
FLAGS = ["-O3", "-g0", "-ffp-contract=off"]


def kernels() -> list[Extension]:
    """One extension for each kernel, none where Cython is missing; where the C compiler fails, setuptools only warns."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    wanted = [
        Extension(path.removesuffix(".pyx").replace("/", "."), [path], extra_compile_args=FLAGS) for path in KERNELS
    ]
    found: list[Extension] = cythonize(wanted, build_dir="build/cython", compiler_directives=DIRECTIVES, quiet=True)
    for extension in found:
        extension.optional = True  # said here: cythonize forgets what was said of it before
    return found


setup(ext_modules=kernels(), options={"build_ext": {"parallel": True}})
