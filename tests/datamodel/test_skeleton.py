"""Names of keypoints to roles and lines, for the conventions of the field."""

from __future__ import annotations

from collections import Counter

import pytest

from napari_mousegpt.datamodel.skeleton import (
    MOUSEGPT_KEYPOINTS,
    ROLES,
    guess_roles,
    guess_skeleton,
)

# Names as the files of the field's tools give them, with commas between them.
OPENFIELD = "snout,leftear,rightear,tailbase"
MABE = (
    "nose,left ear,right ear,neck,left forepaw,right forepaw,center back,left hindpaw,"
    "right hindpaw,tail base,tail middle,tail tip"
)
DEEPOF = (
    "Nose,Left_ear,Right_ear,Left_fhip,Right_fhip,Left_bhip,Right_bhip,Spine_1,Center,Spine_2,"
    "Tail_base,Tail_1,Tail_2,Tail_tip"
)
EPM = (
    "tl,tr,bl,br,lt,lb,rt,rb,ctl,ctr,cbl,cbr,nose,headcentre,neck,earl,earr,bodycentre,bcl,bcr,"
    "hipl,hipr,tailbase,tailcentre,tailtip"
)
BEHAVIOR_DEPOT = "Nose,Left Ear,Right Ear,Tailbase,Left Leg,Right Leg,Mid-Back,Tail"
FROM_BELOW = "Snout,Front Paw R,Front Paw L,Hind Paw R,Hind Paw L,Butt/Proximal Tail"
MAUSHAUS = (
    "mousecenter,nose,leftearbase,rightearbase,lefteartip,righteartip,lefteye,righteye,spine1,"
    "spine2,spine3,spine4,spine5,spine6,tailbase,tail1,tail2,tail3,tail4,tail5,leftshoulder,"
    "leftside,lefthip,rightshoulder,rightside,righthip,leftFOREleg,rightFOREleg,leftHINDleg,"
    "rightHINDleg"
)
SLEAP = (
    "Nose,Ear_R,Ear_L,TTI,TailTip,Head,Trunk,Tail_0,Tail_1,Tail_2,Shoulder_left,Shoulder_right,"
    "Haunch_left,Haunch_right,Neck"
)
SUPER_ANIMAL = (
    "nose,left_ear,right_ear,left_ear_tip,right_ear_tip,left_eye,right_eye,neck,mid_back,"
    "mouse_center,mid_backend,mid_backend2,mid_backend3,tail_base,tail1,tail2,tail3,tail4,tail5,"
    "left_shoulder,left_midside,left_hip,right_shoulder,right_midside,right_hip,tail_end,"
    "head_midpoint"
)
JABS = (
    "nose,left_ear,right_ear,base_neck,left_front_paw,right_front_paw,center_spine,left_rear_paw,"
    "right_rear_paw,base_tail,mid_tail,tip_tail"
)
SIMBA = "Left_ear,Right_ear,Nose,Tail_base"
SIMBA_TWO = (
    "Ear_left_1,Ear_right_1,Nose_1,Center_1,Lat_left_1,Lat_right_1,Tail_base_1,Tail_end_1,"
    "Ear_left_2,Ear_right_2,Nose_2,Center_2,Lat_left_2,Lat_right_2,Tail_base_2,Tail_end_2"
)
MARS = "nose,right_ear,left_ear,neck,right_side_body,left_side_body,tail_base"
BSOID = "snout,forepaw_left,forepaw_right,hindpaw_left,hindpaw_right,tail"
MOSEQ = "tail,spine4,spine3,spine2,spine1,head,nose,right ear,left ear"
NWB = "ind1_snout,ind1_leftear,ind1_rightear,ind1_tailbase"
ANIMAL_POSE = (
    "L_Eye,R_Eye,L_EarBase,R_EarBase,Nose,Throat,TailBase,Withers,L_F_Elbow,R_F_Elbow,L_B_Elbow,"
    "R_B_Elbow,L_F_Knee,R_F_Knee,L_B_Knee,R_B_Knee,L_F_Paw,R_F_Paw,L_B_Paw,R_B_Paw"
)
FLY = (
    "head,thorax,abdomen,wingL,wingR,forelegL4,forelegR4,midlegL4,midlegR4,hindlegL4,hindlegR4,"
    "eyeL,eyeR"
)
MIRROR = "paw1LH_top,paw2LF_top,paw3RF_top,paw4RH_top,paw1LH_bot,paw2LF_bot,paw3RF_bot,paw4RH_bot"
MOUSEGPT = ",".join(MOUSEGPT_KEYPOINTS)


@pytest.mark.parametrize(
    ("names", "expected", "count"),
    [
        pytest.param(
            OPENFIELD,
            {"snout": "snout", "ear_left": "leftear", "tail_base": "tailbase"},
            4,
            id="dlc-openfield",
        ),
        pytest.param(
            MABE,
            {
                "centre": "center back",
                "forepaw_right": "right forepaw",
                "hindpaw_left": "left hindpaw",
                "tail_mid": "tail middle",
            },
            12,
            id="mabe",
        ),
        pytest.param(
            DEEPOF,
            {
                "shoulder_left": "Left_fhip",
                "hip_right": "Right_bhip",
                "spine_front": "Spine_1",
                "centre": "Center",
                "spine_hind": "Spine_2",
                "tail_mid": "Tail_1",
            },
            13,
            id="deepof",
        ),
        pytest.param(
            EPM,
            {
                "ear_left": "earl",
                "ear_right": "earr",
                "side_left": "bcl",
                "hip_right": "hipr",
                "head": "headcentre",
                "centre": "bodycentre",
            },
            13,
            id="dlcanalyzer-with-maze-corners",
        ),
        pytest.param(
            BEHAVIOR_DEPOT,
            {"hip_left": "Left Leg", "centre": "Mid-Back", "tail_mid": "Tail"},
            8,
            id="behaviordepot",
        ),
        pytest.param(
            FROM_BELOW,
            {"forepaw_left": "Front Paw L", "tail_base": "Butt/Proximal Tail"},
            6,
            id="b-soid-bottom-up",
        ),
        pytest.param(
            MAUSHAUS,
            {
                "forepaw_left": "leftFOREleg",
                "hindpaw_right": "rightHINDleg",
                "spine_front": "spine1",
                "spine_hind": "spine6",
                "centre": "mousecenter",
                "ear_left": "leftearbase",
                "tail_tip": "tail5",
            },
            21,
            id="maushaus-3d",
        ),
        pytest.param(
            SLEAP,
            {
                "tail_base": "TTI",
                "tail_mid": "Tail_1",
                "tail_tip": "TailTip",
                "hip_left": "Haunch_left",
                "centre": "Trunk",
                "ear_right": "Ear_R",
            },
            13,
            id="sleap",
        ),
        pytest.param(
            SUPER_ANIMAL,
            {
                "centre": "mouse_center",
                "spine_front": "mid_back",
                "spine_hind": "mid_backend",
                "ear_left": "left_ear",
                "side_right": "right_midside",
                "tail_tip": "tail_end",
            },
            19,
            id="superanimal",
        ),
        pytest.param(
            JABS,
            {"neck": "base_neck", "hindpaw_left": "left_rear_paw", "tail_tip": "tip_tail"},
            12,
            id="jabs",
        ),
        pytest.param(SIMBA, {"snout": "Nose", "ear_right": "Right_ear"}, 4, id="simba-4"),
        pytest.param(
            SIMBA_TWO,
            {"snout": "Nose_1", "side_left": "Lat_left_1", "tail_tip": "Tail_end_1"},
            8,
            id="simba-two-animals",
        ),
        pytest.param(MARS, {"neck": "neck", "side_left": "left_side_body"}, 7, id="mars"),
        pytest.param(BSOID, {"tail_base": "tail", "forepaw_left": "forepaw_left"}, 6, id="b-soid"),
        pytest.param(
            MOSEQ,
            {"tail_base": "tail", "spine_front": "spine1", "centre": "spine2"},
            8,
            id="keypoint-moseq",
        ),
        pytest.param(NWB, {"snout": "ind1_snout", "ear_left": "ind1_leftear"}, 4, id="nwb-prefix"),
        pytest.param(
            ANIMAL_POSE,
            {"forepaw_left": "L_F_Paw", "hindpaw_right": "R_B_Paw"},
            14,
            id="animal-pose",
        ),
        pytest.param(
            MOUSEGPT,
            {"spine_front": "SpineF", "hips": "Hip", "tail_mid": "Tail(mid)", "knee_left": "KneeL"},
            24,
            id="mousegpt",
        ),
        pytest.param(FLY, {"centre": "thorax"}, 5, id="fly-has-no-paws"),
        pytest.param(
            "front_left_paw,front_right_paw",
            {"forepaw_left": "front_left_paw"},
            2,
            id="two-paws",
        ),
        pytest.param(MIRROR, {}, 0, id="seen-twice"),
        pytest.param("top,front,rear", {}, 0, id="robot"),
        pytest.param("bodypart1,bodypart2,objectA", {}, 0, id="dlc-placeholders"),
        pytest.param("A,B,C", {}, 0, id="letters"),
        pytest.param("", {}, 0, id="none"),
    ],
)
def test_roles(names: str, expected: dict[str, str], count: int) -> None:
    keypoints = names.split(",")
    roles = guess_roles(keypoints)
    assert roles.items() >= expected.items()
    assert len(roles) == count
    assert set(roles) <= set(ROLES)
    assert max(Counter(roles.values()).values(), default=1) == 1, "one keypoint, one role"
    assert not set(roles.values()) - set(keypoints)


def test_mousegpt_skeleton() -> None:
    edges = guess_skeleton(MOUSEGPT_KEYPOINTS)
    assert edges[:7] == [
        ("Snout", "SpineF"),
        ("SpineF", "SpineG"),
        ("SpineG", "SpineH"),
        ("SpineH", "Hip"),
        ("Hip", "Tail(base)"),
        ("Tail(base)", "Tail(mid)"),
        ("Tail(mid)", "Tail(end)"),
    ]
    assert {("SpineF", "EarL"), ("WristR", "ForepawR"), ("Hip", "KneeL")} <= set(edges)
    assert len(edges) == 23, "a tree over 24 points"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (OPENFIELD, {("snout", "tailbase"), ("snout", "leftear"), ("snout", "rightear")}),
        ("Nose,Center", {("Nose", "Center")}),
        ("A,B", set()),
        ("top,front,rear", set()),
    ],
)
def test_small_skeletons(names: str, expected: set[tuple[str, str]]) -> None:
    assert set(guess_skeleton(names.split(","))) == expected


@pytest.mark.parametrize("names", [MABE, DEEPOF, EPM, MAUSHAUS, SLEAP, SUPER_ANIMAL, JABS])
def test_skeletons_are_trees(names: str) -> None:
    keypoints = names.split(",")
    edges = guess_skeleton(keypoints)
    joined = {name for edge in edges for name in edge}
    assert joined <= set(keypoints)
    assert len(edges) == len(joined) - 1
    assert len({child for _, child in edges}) == len(edges), "each point hangs on one other"


def test_numbered_points_stand_in_their_order() -> None:
    edges = guess_skeleton(MAUSHAUS.split(","))
    assert ("spine3", "mousecenter") in edges
    assert ("mousecenter", "spine4") in edges
    assert ("tail4", "tail5") in edges
